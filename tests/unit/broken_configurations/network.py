"""What is wrong with the network."""

from __future__ import annotations

from unit.broken_configurations.case import Case, case

ENDPOINTS = "[airflow.api, airflow.env, airflow.ops, kms, logs, monitoring, sqs]"
SUBNETS = "[subnet-0123456789abcdef0, subnet-0123456789abcdef1]"

CASES: tuple[Case, ...] = (
    case("cidr-is-a-word", "network:\n  vpc_cidr: private  #! network.vpc_cidr | no CIDR block | 10.20.0.0/16\n"),
    case("cidr-without-prefix", "network:\n  vpc_cidr: 10.10.0.0  #! network.vpc_cidr | IPv4 block\n"),
    case("cidr-ipv6", 'network:\n  vpc_cidr: "fd00::/16"  #! network.vpc_cidr | IPv4\n'),
    case("cidr-too-large", "network:\n  vpc_cidr: 10.0.0.0/8  #! network.vpc_cidr | /16 to /24\n"),
    case("cidr-too-small", "network:\n  vpc_cidr: 10.10.0.0/28  #! network.vpc_cidr | /16 to /24\n"),
    case("cidr-host-bits", "network:\n  vpc_cidr: 10.10.3.0/16  #! network.vpc_cidr | did you mean 10.10.0.0/16?\n"),
    case("cidr-removed", "network:  #! network.vpc_cidr | required where the VPC is new\n  vpc_cidr: null\n"),
    case("one-zone", "network:\n  availability_zones: [eu-west-1a]  #! network.availability_zones | exactly 2\n"),
    case(
        "same-zone", "network:\n  availability_zones: [eu-west-1a, eu-west-1a]  #! network.availability_zones | twice\n"
    ),
    case("zone-as-text", "network:\n  availability_zones: eu-west-1a  #! network.availability_zones | list\n"),
    case(
        "zone-id",
        "network:\n  availability_zones: [euw1-az1, eu-west-1b]  #! network.availability_zones[0] | its name\n",
    ),
    case(
        "zone-elsewhere",
        "network:\n  availability_zones: [eu-west-1a, us-east-1b]  #! network.availability_zones[1] | not in\n",
    ),
    case("nat", "network:\n  nat_gateways: one  #! network.nat_gateways | none, single, per_az\n"),
    case("nat-false", "network:\n  nat_gateways: false  #! network.nat_gateways | must be text\n"),
    case(
        "endpoints-missing",
        """
        network:
          nat_gateways: none
          interface_endpoints: [logs, sqs]  #! network.interface_endpoints | kms | monitoring | airflow.ops
        """,
    ),
    case(
        "endpoints-not-named",
        "network:  #! network.interface_endpoints | lacks | nat_gateways: single\n  nat_gateways: none\n",
    ),
    case(
        "endpoint-whole-name",
        "network:\n  interface_endpoints: [com.amazonaws.eu-west-1.Logs]  #! network.interface_endpoints[0] | leave\n",
    ),
    case(
        "airflow-3-public-without-internet",
        f"""
        mwaa:
          airflow_version: "3.3.1"
          webserver_access_mode: PUBLIC_ONLY  #! mwaa.webserver_access_mode | every task | PRIVATE_ONLY
        network:
          nat_gateways: none
          interface_endpoints: {ENDPOINTS}
        """,
    ),
    case(
        "new-and-existing",
        f"""
        network:
          vpc_cidr: 10.10.0.0/16  #! network.vpc_cidr | cannot go with existing
          availability_zones: [eu-west-1a, eu-west-1b]  #! network.availability_zones | availability_zones: null
          existing: {{vpc_id: vpc-0123456789abcdef0, subnet_ids: {SUBNETS}}}
        """,
    ),
    case(
        "existing-ids",
        """
        network:
          vpc_cidr: null
          availability_zones: null
          existing:
            vpc_id: my-vpc  #! network.existing.vpc_id | vpc- and
            subnet_ids: [subnet-0123456789abcdef0]  #! network.existing.subnet_ids | exactly 2 subnets
            security_group_ids: [sg-1]  #! network.existing.security_group_ids[0] | sg- and
        """,
    ),
    case(
        "flow-logs",
        "network:\n  flow_logs_retention_in_days: -1  #! network.flow_logs_retention_in_days | the nearest is 1\n",
    ),
    case(
        "cidr-of-another",
        "network:\n  vpc_cidr: 10.10.128.0/24  #! network.vpc_cidr | 10.10.0.0/16 of stage | envs/_base.yaml:8\n",
        stage='extends: _base\naccount_id: "222222222222"\n',
    ),
    case(
        "cidr-inherited-by-both",
        'extends: stage  #! network.vpc_cidr | of stage | set it in envs/dev.yaml\naccount_id: "222222222222"\n',
        stage="extends: _base\n",
    ),
    case(
        "bucket-of-another",
        "network: {vpc_cidr: 10.11.0.0/16}\nbucket: {name: retail-dags}  #! bucket.name | also the bucket of stage\n",
        stage="extends: _base\nbucket: {name: retail-dags}\n",
    ),
    case(
        "subnets-of-another",
        f"""
        network:
          vpc_cidr: null
          availability_zones: null
          existing:
            vpc_id: vpc-0123456789abcdef0
            subnet_ids: {SUBNETS}  #! network.existing.subnet_ids | also those of stage
        """,
        stage=f"""
        extends: _base
        network:
          vpc_cidr: null
          availability_zones: null
          existing: {{vpc_id: vpc-0123456789abcdef0, subnet_ids: {SUBNETS}}}
        """,
    ),
    case(
        "name-of-another",
        "project: retail-dev  #! project | makes retail-dev-dev\nnetwork: {vpc_cidr: 10.11.0.0/16}\n"
        "bucket: {name: other-bucket}\n",
        **{"dev-dev": "extends: _base\n"},
    ),
)
