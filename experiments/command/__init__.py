"""``manage.py describe_inference_experiment``: the AWS CLI's command, with the portal's sources."""
