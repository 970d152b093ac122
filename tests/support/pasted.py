"""What the tables of pasted texts share."""

from experiments.domain.pasted import Form, NotUnderstood, Understood, understand

COMMAND = "aws sagemaker describe-inference-experiment"
ARN = "arn:aws:sagemaker:eu-west-1:123456789012:inference-experiment/checkout-ranker"
CONSOLE = "https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#"

# What is said of a good text: members of Understood, those of no interest left out.
Members = dict[str, object]


def assert_means(text: str, form: Form, members: Members) -> None:
    said = understand(text)
    assert isinstance(said, Understood), said
    assert said == Understood(form=form, **members)  # type: ignore[arg-type]


def assert_unclear(text: str, form: Form | None, words: str) -> None:
    """It looked like ``form``, and the reason holds ``words`` and is made of whole sentences."""
    said = understand(text)
    assert isinstance(said, NotUnderstood), said
    assert said.form == form
    assert words in said.reason
    assert said.reason[0].isupper() or said.reason.startswith("--")
    assert said.reason.endswith(".")
