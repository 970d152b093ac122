"""Experiments that are about to begin, and those that SageMaker is at work on."""

from .story import BUCKET, DAY, HOUR, MINUTE, SECOND, Later, Model, Story, capture

STORIES: tuple[Story, ...] = (
    Story(
        name="demand-forecast-q1",
        description="Thirty days, so that every store has seen a full month.",
        team="supply-chain",
        ago=1 * DAY,
        opens=3 * DAY,
        closes=33 * DAY,
        endpoint="demand-forecast",
        production=Model("demand-forecast-prophet", "ml.m5.2xlarge", 2),
        shadow=Model("demand-forecast-tft", "ml.m5.2xlarge", 2),
        capture=capture(f"{BUCKET}/forecast", csv=["text/csv", "application/csv"]),
    ),
    # Planned for an endpoint that another one still has by then.
    Story(
        name="checkout-ranker-v8",
        description="The listwise ranker with basket history, once v7 has had its fortnight.",
        team="checkout",
        ago=1 * DAY,
        opens=5 * DAY,
        closes=19 * DAY,
        endpoint="checkout-ranker",
        production=Model("checkout-ranker-v6", "ml.m5.xlarge", 4),
        shadow=Model("checkout-ranker-v8", "ml.c6i.2xlarge", 3),
        sampling=30,
        capture=capture(f"{BUCKET}/checkout", json=["application/json"]),
    ),
    Story(
        name="document-ocr-v4",
        description="Waiting for its shadow variant.",
        team="back-office",
        ago=2 * MINUTE,
        opens=2 * HOUR,
        closes=7 * DAY,
        endpoint="document-ocr",
        production=Model("document-ocr-v3", "ml.g4dn.2xlarge", 2),
        shadow=Model("document-ocr-v4", "ml.g5.2xlarge", 2),
        capture=capture("https://acme-ocr-capture.s3.eu-west-1.amazonaws.com/shadow"),
        scenario="stays-in:Creating",
    ),
    Story(
        name="route-optimiser-v2",
        team="logistics",
        ago=4 * MINUTE,
        closes=7 * DAY,
        endpoint="route-optimiser",
        production=Model("route-optimiser-v1", "ml.c6i.large", 2),
        shadow=Model("route-optimiser-v2", "ml.c7i.large", 2),
        sampling=50,
        scenario="stays-in:Starting",
        capture=capture(f"{BUCKET}/routes", json=["application/json"]),
    ),
    # Raised from 30 % a few minutes ago.
    Story(
        name="spam-filter-v15",
        description="Small transformer against the bag of words.",
        team="mail",
        ago=6 * DAY,
        opens=-6 * DAY,
        closes=1 * DAY,
        endpoint="spam-filter",
        production=Model("spam-filter-v14", "ml.m5.xlarge", 3),
        shadow=Model("spam-filter-v15", "ml.g4dn.xlarge", 1),
        sampling=30,
        scenario="stays-in:Updating",
        then=(
            Later(
                3 * MINUTE,
                "update",
                {
                    "ShadowModeConfig": {
                        "SourceModelVariantName": "spam-filter-v14",
                        "ShadowModelVariants": [
                            {
                                "ShadowModelVariantName": "spam-filter-v15",
                                "SamplingPercentage": 50,
                            }
                        ],
                    }
                },
            ),
        ),
        capture=capture(f"{BUCKET}/spam", csv=["text/csv"]),
    ),
    Story(
        name="translation-distilled-v3",
        team="localisation",
        ago=9 * DAY,
        opens=-9 * DAY,
        closes=5 * DAY,
        endpoint="translation",
        production=Model("translation-large", "ml.g5.4xlarge", 4),
        shadow=Model("translation-distilled-v3", "ml.g5.xlarge", 4),
        scenario="stays-in:Stopping",
        then=(
            Later(
                5 * MINUTE,
                "stop",
                {
                    "ModelVariantActions": {
                        "translation-large": "Remove",
                        "translation-distilled-v3": "Promote",
                    },
                    "DesiredState": "Completed",
                    "Reason": "The distilled model is as good and costs a quarter.",
                },
            ),
        ),
        capture=capture(f"{BUCKET}/translation", json=["application/json"]),
    ),
)

# Made at the end of the seed. With the pace of the demo: Created after 8 s, Starting after 30 s,
# Running after 42 s, Stopping after 155 s, Completed after 170 s.
LIVE = Story(
    name="live-demo-three-minutes",
    description="Watch this one: it lives a whole life within three minutes of the demo's start.",
    ago=0 * SECOND,
    opens=30 * SECOND,
    closes=155 * SECOND,
    endpoint="live-demo",
    production=Model("greeter-v1", "ml.m5.large", 1),
    shadow=Model("greeter-v2", "ml.m6i.large", 1),
    sampling=50,
    capture=capture(f"{BUCKET}/live", json=["application/json"]),
)
