"""The MWAA backend of one account and Region, in moto's layout."""

from __future__ import annotations

import base64
import binascii
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from moto.core.base_backend import BackendDict, BaseBackend

from mwaactl.sandbox.airflow.airflows import Airflows, Told
from mwaactl.sandbox.airflow.spec import Running, Spec
from mwaactl.sandbox.faults import DEFAULT_ERROR, FaultBook
from mwaactl.sandbox.mwaa import lifecycle, rules
from mwaactl.sandbox.mwaa.environment import Environment
from mwaactl.sandbox.mwaa.exceptions import ResourceNotFoundException, ValidationException
from mwaactl.sandbox.mwaa.surroundings import Surroundings
from mwaactl.sandbox.web.server import Site
from mwaactl.sandbox.web.servers import WebServers

MAXIMUM_TAGS = 50
LONGEST_ERROR = 1024  # characters; ErrorMessage of the service model
OF_AIRFLOW = (
    "AirflowConfigurationOptions",
    "AirflowVersion",
    "DagS3Path",
    "LoggingConfiguration",
    "PluginsS3ObjectVersion",
    "PluginsS3Path",
    "RequirementsS3ObjectVersion",
    "RequirementsS3Path",
    "SourceBucketArn",
    "StartupScriptS3ObjectVersion",
    "StartupScriptS3Path",
)
"""Settings with which an Airflow has to start anew."""


class MWAABackend(BaseBackend):  # type: ignore[misc]
    """All environments of one account in one Region.

    moto makes backends by itself, from Region and account alone; so what the server sets for all of them are class
    attributes: `durations`, `faults`, the `clock` (epoch seconds), `web_servers`, and `airflows`, None where none are
    wanted.
    """

    airflows: ClassVar[Airflows | None] = None
    web_servers: ClassVar[WebServers] = WebServers()
    durations: ClassVar[lifecycle.Durations] = lifecycle.Durations()
    faults: ClassVar[FaultBook] = FaultBook()
    clock: ClassVar[Callable[[], float]] = time.time

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self._environments: dict[str, Environment] = {}
        self._lock = threading.RLock()
        self._surroundings = Surroundings(account_id, region_name, self.partition)

    def create_environment(self, given: dict[str, Any]) -> str:
        """Start creating an environment; returns its ARN. Raises ValidationException."""
        name = given["Name"]
        with self._lock:
            if self._find(name) is not None:
                raise ValidationException(f"Environment with name {name} already exists.")
            settings = rules.with_defaults({key: value for key, value in given.items() if key not in ("Name", "Tags")})
            rules.check_settings(settings)
            self._surroundings.check(settings)
            settings = self._surroundings.with_object_versions(settings)
            _check_tags(given.get("Tags", {}))
            fault = self.faults.of_environment(name, "create") or {}
            error = self._error(fault) or self._network_error(settings)
            now = self._now()
            course = lifecycle.creation(
                now,
                fault.get("seconds", self.durations.create_s),
                waits_for_endpoints=settings["EndpointManagement"] == "CUSTOMER",
                fails=error is not None,
            )
            place = (self.account_id, self.region_name, self.partition)
            made = Environment(name, *place, settings, dict(given.get("Tags", {})), course, created_at=now)
            made.begin(course, error=error)
            self._environments[name] = made
            self._surroundings.make_log_groups(name, settings["LoggingConfiguration"])
            if self.airflows and course.final == "AVAILABLE":
                made.course = lifecycle.until_told(now, "CREATING")
                self.airflows.create(_spec(made, settings), self._told(made))
            return made.arn

    def get_environment(self, name: str) -> dict[str, Any]:
        """The environment as GetEnvironment shows it. Raises ResourceNotFoundException."""
        with self._lock:
            return self._get(name).description(self._now())

    def update_environment(self, given: dict[str, Any]) -> str:
        """Start an update with the members given, and only those; returns the ARN. Raises ValidationException."""
        with self._lock:
            environment = self._get(given["Name"])
            self._check_can_begin(environment, "updated")
            settings = _merged(environment.settings, given)
            if settings["AirflowVersion"] != environment.settings["AirflowVersion"]:
                rules.check_version_change(environment.settings["AirflowVersion"], settings["AirflowVersion"])
            rules.check_settings(settings)
            self._surroundings.check(settings)
            settings = self._surroundings.with_object_versions(settings)
            fault = self.faults.of_environment(environment.name, "update") or {}
            error = self._error(fault)
            seconds = fault.get("seconds", self.durations.update_s)
            course = lifecycle.update(self._now(), seconds, end=fault.get("end"))
            environment.begin(course, error=error)
            environment.wanted = None if error else settings
            environment.strategy = given.get("WorkerReplacementStrategy", "FORCED")
            self._surroundings.make_log_groups(environment.name, settings["LoggingConfiguration"])
            if self.airflows and self.airflows.running(environment.identity) and not error:
                self._update_airflow(self.airflows, environment, settings)
            return environment.arn

    def delete_environment(self, name: str) -> None:
        """Start deleting. A second call while it is going on is fine. Raises ResourceNotFoundException."""
        with self._lock:
            environment = self._get(name)
            if self._status(environment) == "DELETING":
                return
            self._check_can_begin(environment, "deleted")
            fault = self.faults.of_environment(name, "delete") or {}
            seconds = fault.get("seconds", self.durations.delete_s)
            environment.begin(
                lifecycle.deletion(self._now(), seconds, fails_into=fault.get("end")), error=self._error(fault)
            )
            if not fault.get("end"):
                self.web_servers.close(environment.identity)
            if self.airflows and not fault.get("end"):
                environment.course = lifecycle.until_told(self._now(), "DELETING")
                self.airflows.delete(environment.identity, self._told(environment))

    def list_environments(self, limit: int, token: str | None) -> tuple[list[str], str | None]:
        """Up to `limit` names in order, and the token of the next page. Raises ValidationException for a bad token."""
        with self._lock:
            names = sorted(name for name in list(self._environments) if self._find(name) is not None)
        after = _token_name(token) if token else ""
        page = [name for name in names if name > after]
        more = base64.urlsafe_b64encode(page[limit - 1].encode()).decode() if len(page) > limit else None
        return page[:limit], more

    def tags_of(self, arn: str) -> dict[str, str]:
        """The tags of the environment with this ARN, to read and to change. Raises ResourceNotFoundException."""
        with self._lock:
            environment = self._get(arn.partition(":environment/")[2])
            if environment.arn != arn:
                raise ResourceNotFoundException(f"Environment with ARN {arn} not found.")
            return environment.tags

    def tag_resource(self, arn: str, tags: Mapping[str, str]) -> None:
        """Add or change tags. Raises ValidationException for more than 50, or for AWS's own prefix."""
        with self._lock:
            held = self.tags_of(arn)
            _check_tags({**held, **tags})
            held.update(tags)

    def untag_resource(self, arn: str, keys: list[str]) -> None:
        """Take tags away; those that are not there do not matter."""
        with self._lock:
            held = self.tags_of(arn)
            for key in keys:
                held.pop(key, None)

    def site_of(self, name: str) -> Site:
        """The web server of an environment. Raises ResourceNotFoundException unless it is up."""
        with self._lock:
            environment = self._get(name)
            if self._status(environment) not in ("AVAILABLE", "UPDATE_FAILED", "CREATING_SNAPSHOT", "UPDATING"):
                raise ResourceNotFoundException(f"Environment {name} is not available.")
            return self._site(environment)

    def find_site(self, host: str) -> Site | None:
        """The web server with this host name; None also while its environment is being deleted."""
        with self._lock:
            found = next((one for one in self._environments.values() if one.webserver_host == host), None)
            if found is None or self._status(found) in ("DELETING", lifecycle.GONE):
                return None
            return self._site(found)

    def airflow_of(self, name: str) -> Running | None:
        """The Airflow of this environment, when one is up. Raises ResourceNotFoundException."""
        with self._lock:
            environment = self._get(name)
        return self.airflows.running(environment.identity) if self.airflows else None

    def reset(self) -> None:
        """Forget everything, as moto's reset asks every backend to."""
        self.web_servers.stop()
        if self.airflows:
            self.airflows.forget()
        super().reset()

    def _site(self, environment: Environment) -> Site:
        def find() -> Running | None:
            return self.airflows.running(environment.identity) if self.airflows else None

        return Site(environment.identity, environment.webserver_host, find)

    def _update_airflow(self, airflows: Airflows, environment: Environment, settings: dict[str, Any]) -> None:
        spec = _spec(environment, settings)
        if any(settings.get(key) != environment.settings.get(key) for key in OF_AIRFLOW):
            environment.course = lifecycle.until_told(self._now(), "CREATING_SNAPSHOT")
            airflows.update(spec, self._told(environment))
        else:
            airflows.keep(spec)

    def _told(self, environment: Environment) -> Told:
        """Puts the environment into the statuses that its Airflow comes to."""

        def told(status: str, error: str) -> None:
            with self._lock:
                now = self._now()
                is_over = status not in lifecycle.IN_PROGRESS
                environment.course = lifecycle.Course(now, (), status) if is_over else lifecycle.until_told(now, status)
                if error:
                    environment.error = ("INCORRECT_CONFIGURATION", error[:LONGEST_ERROR])
                    environment.wanted = None

        return told

    def _now(self) -> float:
        return type(self).clock()

    def _find(self, name: str) -> Environment | None:
        environment = self._environments.get(name)
        if environment is not None and self._status(environment) == lifecycle.GONE:
            del self._environments[name]
            return None
        return environment

    def _get(self, name: str) -> Environment:
        environment = self._find(name)
        if environment is None:
            raise ResourceNotFoundException(f"Environment {name} not found.")
        return environment

    def _status(self, environment: Environment) -> str:
        now = self._now()
        status = environment.status_at(now)
        if status == "PENDING" and self._surroundings.has_endpoints(environment.endpoint_services):
            environment.course = lifecycle.Course(now, (), "AVAILABLE")
            return "AVAILABLE"
        return status

    def _check_can_begin(self, environment: Environment, done: str) -> None:
        status = self._status(environment)
        if status in lifecycle.IN_PROGRESS:
            raise ValidationException(
                f"Environments with {status} status must complete previous operation before initiating a new operation."
            )
        if done == "updated" and status not in ("AVAILABLE", "UPDATE_FAILED"):
            raise ValidationException(f"Environments with {status} status cannot be updated.")

    def _error(self, fault: Mapping[str, Any]) -> tuple[str, str] | None:
        if fault.get("end") is None:
            return None
        return (
            str(fault.get("error_code", "INCORRECT_CONFIGURATION")),
            str(fault.get("error_message", DEFAULT_ERROR)),
        )

    def _network_error(self, settings: Mapping[str, Any]) -> tuple[str, str] | None:
        if self._surroundings.is_closed_to_itself(settings["NetworkConfiguration"]["SecurityGroupIds"]):
            return "INCORRECT_CONFIGURATION", DEFAULT_ERROR
        return None


def _spec(environment: Environment, settings: dict[str, Any]) -> Spec:
    place = (environment.account_id, environment.region, environment.partition)
    return Spec(environment.name, *place, settings, environment.identity)


def _merged(current: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    changes = {key: value for key, value in given.items() if key not in ("Name", "WorkerReplacementStrategy")}
    merged = {**current, **changes}
    if "NetworkConfiguration" in changes:  # an update carries only the security groups
        merged["NetworkConfiguration"] = {**current["NetworkConfiguration"], **changes["NetworkConfiguration"]}
    merged["LoggingConfiguration"] = rules.with_logging(
        current["LoggingConfiguration"], changes.get("LoggingConfiguration", {})
    )
    return merged


def _check_tags(tags: Mapping[str, str]) -> None:
    if len(tags) > MAXIMUM_TAGS:
        raise ValidationException(f"The environment would have {len(tags)} tags; at most {MAXIMUM_TAGS} are allowed.")
    reserved = sorted(key for key in tags if key.lower().startswith("aws:"))
    if reserved:
        raise ValidationException(f"Tag keys must not begin with aws: ({', '.join(reserved)}).")


def _token_name(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise ValidationException("Invalid NextToken.") from None


mwaa_backends = BackendDict(MWAABackend, "mwaa")
