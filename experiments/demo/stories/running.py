"""Experiments that are running."""

from .story import BUCKET, CAPTURE_KEY, DAY, HOUR, MINUTE, VOLUME_KEY, Model, Story, capture

_EVERY_SCRIPT = (
    'Compares the multilingual triage model "v11" with v10 on live tickets. Agents wrote '
    "<script>alert(1)</script> into a ticket once; the model must not care, and neither must a "
    "page that shows this & that. It's about tone: 'polite', \"angry\", `neutral`. "
    "عربي: نقارن النموذج الجديد بالنموذج الحالي على التذاكر الحقيقية. "
    "עברית: המודל החדש מקבל עותק של כל פנייה. "
    "日本語: 本番の応答は変わりません。 "
    "Emoji: 🧪📈👩🏽‍🔬🇪🇺 and a zero\u200bwidth space. "
    "Success means at least two points of macro-F1 more on the weekly review, no more than 40 ms "
    "at p95, and no language worse than it was. If it wins, it is promoted behind the same "
    "endpoint in the week after; if it loses, we keep the captured answers for error analysis and "
    "delete them after 30 days."
)

STORIES: tuple[Story, ...] = (
    # The everyday one: half way through, everything set.
    Story(
        name="checkout-ranker-v7",
        description="Does the listwise ranker lift add-to-basket without slowing checkout?",
        team="checkout",
        ago=7 * DAY + 3 * HOUR,
        opens=-7 * DAY,
        closes=7 * DAY,
        endpoint="checkout-ranker",
        production=Model("checkout-ranker-v6", "ml.m5.xlarge", 4),
        shadow=Model("checkout-ranker-v7", "ml.c6i.2xlarge", 3),
        sampling=30,
        capture=capture(
            f"{BUCKET}/checkout",
            csv=["text/csv"],
            json=["application/json", "application/vnd-acme-basket.v2"],
            key=CAPTURE_KEY,
        ),
        volume_key=VOLUME_KEY,
    ),
    Story(
        name="search-embeddings-g5",
        description="Same embeddings on GPU: is the latency worth the price?",
        team="search",
        ago=2 * DAY,
        opens=-2 * DAY,
        closes=5 * DAY,
        endpoint="search-embeddings",
        production=Model("search-embeddings-cpu", "ml.c6i.4xlarge", 8),
        shadow=Model("search-embeddings-gpu", "ml.g5.xlarge", 2),
        sampling=50,
        capture=capture(f"{BUCKET}/search", json=["application/json"], key=CAPTURE_KEY),
        scenario="endpoint-rolls-back",
    ),
    Story(
        name="eta-predictor-v12",
        description="Weather features switched on. Ends within the hour.",
        team="logistics",
        ago=3 * DAY + 20 * MINUTE,
        opens=-3 * DAY,
        closes=20 * MINUTE,
        endpoint="eta-predictor",
        production=Model("eta-predictor-v11", "ml.m5.large", 3),
        shadow=Model("eta-predictor-v12", "ml.m6i.large", 3),
        sampling=1,
        capture=capture(f"{BUCKET}/eta", json=["application/json"]),
    ),
    Story(
        name="ad-ctr-nightly",
        description="Should have ended six hours before the demo began.",
        team="ads",
        ago=8 * DAY,
        opens=-8 * DAY,
        closes=-6 * HOUR,
        endpoint="ad-ctr",
        production=Model("ad-ctr-base", "ml.c5.xlarge", 10),
        shadow=Model("ad-ctr-nightly", "ml.c5.xlarge", 10),
        sampling=50,
        scenario="never-ends",
        capture=capture(f"{BUCKET}/ads", csv=["text/csv"], key=CAPTURE_KEY),
    ),
    # Captured without content types: everything is stored as base64. And no schedule to show.
    Story(
        name="photo-moderation-v2",
        description="JPEG in, scores out.",
        team="trust-and-safety",
        ago=2 * DAY + 5 * HOUR,
        endpoint="photo-moderation",
        production=Model("photo-moderation-v1", "ml.g4dn.xlarge", 2),
        shadow=Model("photo-moderation-v2", "ml.g5.xlarge", 2),
        sampling=30,
        capture=capture("s3://acme-trust-capture/photos"),
        scenario="no-schedule",
    ),
    # The model against itself: no difference between the two variants.
    Story(
        name="recommender-aa-test",
        description="The model against itself on the same machines, to learn the noise.",
        team="recommendations",
        ago=4 * DAY,
        opens=-4 * DAY,
        closes=10 * DAY,
        endpoint="recommender",
        production=Model("recommender-v21", "ml.m5.xlarge", 2, "production"),
        shadow=Model("recommender-v21", "ml.m5.xlarge", 2, "twin"),
    ),
    Story(
        name="support-triage-multilingual",
        description=_EVERY_SCRIPT,
        team="support",
        ago=5 * DAY + 1 * HOUR,
        opens=-5 * DAY,
        closes=9 * DAY,
        endpoint="support-triage",
        production=Model("triage-v10", "ml.g4dn.xlarge", 1),
        shadow=Model("triage-v11", "ml.g4dn.2xlarge", 1),
        capture=capture(f"{BUCKET}/support", json=["application/json"], key=CAPTURE_KEY),
    ),
    # The longest name there can be, 120 characters, and long ones below it.
    Story(
        name=(
            "personalised-homepage-carousel-candidate-generation-with-two-towers-and-session-"
            "context-trained-daily-in-eu-west-2026W47"
        ),
        team="homepage",
        ago=6 * DAY,
        opens=-6 * DAY,
        closes=8 * DAY,
        endpoint="homepage-carousel-candidate-generation-europe-west-production",
        production=Model(
            "homepage-carousel-two-towers-session-context-2026W46", "ml.r5.4xlarge", 12
        ),
        shadow=Model("homepage-carousel-two-towers-session-context-2026W47", "ml.r6i.4xlarge", 12),
        capture=capture(f"{BUCKET}/homepage", json=["application/json"]),
    ),
    # A schedule that names no end, and little else that need not be named.
    Story(
        name="inventory-vision-dark-launch",
        team="warehouse",
        ago=26 * HOUR,
        opens=-25 * HOUR,
        endpoint="inventory-vision",
        production=Model("shelf-count-v4", "ml.g4dn.xlarge", 1),
        shadow=Model("shelf-count-v5", "ml.g5.xlarge", 1),
        sampling=0,
    ),
    # Near the end of the longest window there is.
    Story(
        name="churn-score-monthly",
        description="A whole billing cycle. Scores are compared with what customers then did.",
        team="crm",
        ago=27 * DAY + 2 * HOUR,
        opens=-27 * DAY,
        closes=3 * DAY,
        endpoint="churn-score",
        production=Model("churn-score-logit", "ml.m5.large", 1),
        shadow=Model("churn-score-xgb", "ml.m5.large", 1),
        capture=capture(f"{BUCKET}/churn", csv=["text/csv"]),
    ),
)
