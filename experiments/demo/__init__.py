"""A SageMaker on this machine: moto's server with inference experiments, over HTTP.

    with DemoSageMaker() as sagemaker:   # server
        seed(sagemaker)                  # seed
        sagemaker.url                    # what boto3 and the AWS CLI take as their endpoint URL

From the wire inwards: ``server`` → ``responses`` → ``validation`` → ``operations`` → ``rules``,
``life`` and ``listing``, and back through ``answers`` and ``deployment``. ``registry`` keeps what
``experiment`` describes, at the time of ``clock``. Nothing outlives the process.
"""
