"""Descriptions as SageMaker sends them, for tests to vary."""

from typing import Any

KMS = "arn:aws:kms:eu-west-1:123456789012:key/1b2c3d4e-0000-4a5b-8c6d-7e8f90a1b2c3"


def variant(name: str, **members: Any) -> dict[str, Any]:
    """One member of ModelVariants that is in service."""
    return {
        "ModelName": f"model-of-{name}",
        "VariantName": name,
        "InfrastructureConfig": infrastructure("ml.m5.xlarge", 2),
        "Status": "InService",
    } | members


def infrastructure(instance_type: str, count: int) -> dict[str, Any]:
    return {
        "InfrastructureType": "RealTimeInference",
        "RealTimeInferenceConfig": {"InstanceType": instance_type, "InstanceCount": count},
    }


def shadow_mode(production: str, **shadows: int) -> dict[str, Any]:
    """ShadowModeConfig: the production variant, and each shadow with its percentage."""
    return {
        "SourceModelVariantName": production,
        "ShadowModelVariants": [
            {"ShadowModelVariantName": name, "SamplingPercentage": percentage}
            for name, percentage in shadows.items()
        ],
    }


def every_member() -> dict[str, Any]:
    """All members that AWS documents under Output but the required ones, each with a value."""
    return {
        "Type": "ShadowMode",
        "Schedule": {"StartTime": 1795111200.0, "EndTime": 1795716000.5},
        "Status": "Running",
        "StatusReason": "The operator asked for a longer look.",
        "Description": "Ranker v7 against v6 on all of checkout",
        "CreationTime": 1795079520.123,
        "CompletionTime": 1795716060,
        "LastModifiedTime": 1795265280.25,
        "RoleArn": "arn:aws:iam::123456789012:role/sagemaker-shadow",
        "EndpointMetadata": {
            "EndpointName": "checkout-ranker-prod",
            "EndpointConfigName": "checkout-ranker-prod-v7",
            "EndpointStatus": "InService",
            "FailureReason": "The last update did not pass its health check.",
        },
        "ModelVariants": [
            variant("production"),
            variant("shadow", InfrastructureConfig=infrastructure("ml.g5.2xlarge", 3)),
        ],
        "DataStorageConfig": {
            "Destination": "s3://checkout-capture/v7",
            "KmsKey": KMS,
            "ContentType": {
                "CsvContentTypes": ["text/csv", "application/csv"],
                "JsonContentTypes": ["application/json"],
            },
        },
        "ShadowModeConfig": shadow_mode("production", shadow=35),
        "KmsKey": KMS.replace("1b2c", "9f8e"),
    }
