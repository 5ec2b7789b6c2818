"""What MWAA offers, from dated data files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from mwaactl.model import catalog

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("name", catalog.DATA_FILES)
def test_data_files_have_a_date_and_a_source(name: str) -> None:
    entry = catalog.data(name)
    assert date(2020, 1, 1) < date.fromisoformat(entry["as_of"]) <= date.today()
    assert len(entry["source"]) > 10


def test_versions_are_newest_first_and_complete() -> None:
    versions = catalog.airflow_versions()
    assert [known.order for known in versions] == sorted((known.order for known in versions), reverse=True)
    assert len({known.version for known in versions}) == len(versions)
    for known in versions:
        assert known.end_of_support or (known.available and known.python)


def test_version_after_its_end_of_support_is_unsupported() -> None:
    assert catalog.is_supported("2.6.3", date(2025, 12, 30))
    assert not catalog.is_supported("2.6.3", date(2025, 12, 31))


def test_version_that_was_never_offered_is_unsupported() -> None:
    assert catalog.find_version("2.10.5") is None
    assert not catalog.is_supported("2.10.5", TODAY)


def test_newest_supported_version_is_airflow_3() -> None:
    assert catalog.supported_versions(TODAY)[0].version == "3.3.1"


def test_micro_has_one_of_each() -> None:
    micro = catalog.environment_class("mw1.micro")
    assert micro
    assert {str(micro.schedulers), str(micro.webservers), str(micro.workers)} == {"1"}


def test_classes_grow() -> None:
    classes = catalog.environment_classes()
    assert [known.dags for known in classes] == sorted(known.dags for known in classes)
    for known in classes:
        for count in (known.schedulers, known.webservers, known.workers):
            assert 1 <= count.fewest <= count.default <= count.most


def test_class_that_does_not_exist_is_none() -> None:
    assert catalog.environment_class("mw9.bogus") is None


def test_prices_are_exact_and_unknown_ones_unknown() -> None:
    assert catalog.hourly_price("environment", "mw1.small") == Decimal("0.49")
    assert catalog.hourly_price("worker", "mw1.micro") is None
    assert catalog.network_price("nat_gateway") == Decimal("0.045")
    assert catalog.metadata_database_price() == Decimal("0.10")


def test_prices_name_every_class() -> None:
    names = {known.name for known in catalog.environment_classes()}
    for component, prices in catalog.data("prices")["hourly"].items():
        assert set(prices) == names, component


def test_options_are_sections_and_options() -> None:
    known = catalog.airflow_options()
    assert not set(known.renamed_in_3) & known.removed_in_3
    for option in (*known.forced, *known.renamed_in_3, *known.renamed_in_3.values(), *known.removed_in_3):
        assert option.count(".") == 1
        assert option == option.lower()
