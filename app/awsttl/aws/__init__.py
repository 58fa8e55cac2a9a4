"""The network: the only importer of boto3 and of botocore's sessions."""
