"""Experiments that are over: by the clock, by a decision, or by a failure."""

from .story import (
    BUCKET,
    CAPTURE_KEY,
    DAY,
    HOUR,
    VOLUME_KEY,
    Later,
    Model,
    Story,
    capture,
    model_variant,
)

STORIES: tuple[Story, ...] = (
    Story(
        name="fraud-gate-v3",
        description="Gradient-boosted gate against the rules engine it may replace.",
        team="payments-risk",
        ago=33 * DAY,
        opens=-32 * DAY,
        closes=-18 * DAY,
        endpoint="fraud-gate",
        production=Model("fraud-gate-v2", "ml.c5.2xlarge", 6),
        shadow=Model("fraud-gate-v3", "ml.c5.xlarge", 4),
        capture=capture(f"{BUCKET}/fraud/", json=["application/json"]),
        volume_key=VOLUME_KEY,
        then=(
            Later(
                20 * DAY,
                "stop",
                {
                    "ModelVariantActions": {"fraud-gate-v2": "Remove", "fraud-gate-v3": "Promote"},
                    "DesiredState": "Completed",
                    "DesiredModelVariants": [
                        model_variant(Model("fraud-gate-v3", "ml.c5.xlarge", 6))
                    ],
                    "Reason": "v3 won on recall at equal precision; promoted two days early.",
                },
            ),
        ),
    ),
    Story(
        name="surge-pricing-one-hour",
        description="One hour of Friday evening traffic was all we wanted to see.",
        team="pricing",
        ago=10 * DAY + 9 * HOUR,
        opens=-10 * DAY - 8 * HOUR,
        closes=-10 * DAY - 7 * HOUR,
        endpoint="surge-pricing",
        production=Model("surge-pricing-linear", "ml.m5.large", 2),
        shadow=Model("surge-pricing-gbm", "ml.m5.xlarge", 2),
        capture=capture(f"{BUCKET}/pricing", csv=["text/csv"], key=CAPTURE_KEY),
    ),
    Story(
        name="credit-limit-v5",
        description="First try of the ONNX build.",
        team="lending",
        ago=4 * DAY + 2 * HOUR,
        opens=-4 * DAY,
        closes=3 * DAY,
        endpoint="credit-limit",
        production=Model("credit-limit-v4", "ml.m5.large", 2),
        shadow=Model("credit-limit-v5-onnx", "ml.c7g.large", 2),
        volume_key="alias/lending-volumes",
        scenario="fails",
    ),
    Story(
        name="voice-intent-v9",
        description="Streaming intent model, first week.",
        team="voice",
        ago=15 * DAY,
        opens=-15 * DAY + 1 * HOUR,
        closes=-8 * DAY,
        endpoint="voice-intent",
        production=Model("voice-intent-v8", "ml.c6i.xlarge", 3),
        shadow=Model("voice-intent-v9", "ml.inf2.xlarge", 1),
        sampling=30,
        then=(
            Later(
                12 * DAY,
                "stop",
                {
                    "ModelVariantActions": {
                        "voice-intent-v8": "Retain",
                        "voice-intent-v9": "Remove",
                    },
                    "DesiredState": "Cancelled",
                    "Reason": "p95 latency doubled after the Monday peak; we keep v8 and profile.",
                },
            ),
        ),
    ),
)
