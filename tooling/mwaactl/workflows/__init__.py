"""One file per verb, one public function `run` each. No printing, no click, no boto3."""
