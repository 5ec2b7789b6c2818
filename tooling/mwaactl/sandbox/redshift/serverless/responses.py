"""From an HTTP request to the backend and back, in moto's layout. Each method is an operation of the API."""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult, BaseResponse

from mwaactl.sandbox.redshift.serverless.models import RedshiftServerlessBackend, redshiftserverless_backends


class RedshiftServerlessResponse(BaseResponse):  # type: ignore[misc]
    """Account and Region come from the signature, through moto."""

    def __init__(self) -> None:
        super().__init__(service_name="redshift-serverless")

    @property
    def _backend(self) -> RedshiftServerlessBackend:
        found: RedshiftServerlessBackend = redshiftserverless_backends[self.current_account][self.region]
        return found

    def create_namespace(self) -> Any:
        """CreateNamespace."""
        return ActionResult({"namespace": self._backend.create_namespace(json.loads(self.body)).description()})

    def get_namespace(self) -> Any:
        """GetNamespace."""
        return ActionResult({"namespace": self._backend.namespace(self._get_param("namespaceName")).description()})

    def update_namespace(self) -> Any:
        """UpdateNamespace: the members given, and only those."""
        return ActionResult({"namespace": self._backend.update_namespace(json.loads(self.body)).description()})

    def delete_namespace(self) -> Any:
        """DeleteNamespace. It is gone at once."""
        described = self._backend.delete_namespace(self._get_param("namespaceName")).description()
        return ActionResult({"namespace": {**described, "status": "DELETING"}})

    def list_namespaces(self) -> Any:
        """ListNamespaces, in one page."""
        return ActionResult({"namespaces": [one.description() for one in self._backend.namespaces.values()]})

    def create_workgroup(self) -> Any:
        """CreateWorkgroup."""
        return ActionResult({"workgroup": self._backend.create_workgroup(json.loads(self.body)).description()})

    def get_workgroup(self) -> Any:
        """GetWorkgroup."""
        return ActionResult({"workgroup": self._backend.workgroup(self._get_param("workgroupName")).description()})

    def update_workgroup(self) -> Any:
        """UpdateWorkgroup: the members given, and only those."""
        return ActionResult({"workgroup": self._backend.update_workgroup(json.loads(self.body)).description()})

    def delete_workgroup(self) -> Any:
        """DeleteWorkgroup. It is gone at once."""
        described = self._backend.delete_workgroup(self._get_param("workgroupName")).description()
        return ActionResult({"workgroup": {**described, "status": "DELETING"}})

    def list_workgroups(self) -> Any:
        """ListWorkgroups, in one page."""
        return ActionResult({"workgroups": [one.description() for one in self._backend.workgroups.values()]})

    def tag_resource(self) -> Any:
        """TagResource."""
        arn = self._backend.check_arn(self._get_param("resourceArn"))
        self._backend.tagger.tag_resource(arn, self._get_param("tags"))
        return ActionResult({})

    def untag_resource(self) -> Any:
        """UntagResource."""
        arn = self._backend.check_arn(self._get_param("resourceArn"))
        self._backend.tagger.untag_resource_using_names(arn, self._get_param("tagKeys"))
        return ActionResult({})

    def list_tags_for_resource(self) -> Any:
        """ListTagsForResource."""
        arn = self._backend.check_arn(self._get_param("resourceArn"))
        return ActionResult({"tags": self._backend.tagger.list_tags_for_resource(arn).get("tags", [])})
