"""An import contract for the features of the web, so that a new one need not be listed anywhere."""

from fnmatch import fnmatch

from importlinter import Contract, ContractCheck, fields, output
from importlinter.application import contract_utils


class FeatureContract(Contract):
    """Every package directly below `package` is a feature, except those in `shared`.

    A package of `shared` uses only itself, those before it in the list, and the modules in `found`.
    A feature uses all of them, and of other features every module except those in `private`, which
    are patterns of a module's name.
    """

    type_name = "features"

    package = fields.StringField()
    shared = fields.ListField(subfield=fields.StringField())
    found = fields.ListField(subfield=fields.StringField())
    private = fields.ListField(subfield=fields.StringField())
    ignore_imports = fields.SetField(subfield=fields.ImportExpressionField(), required=False)

    def check(self, graph, verbose):  # noqa: ARG002 - the linter's own signature
        removed = contract_utils.remove_ignored_imports_and_report(
            graph=graph,
            ignore_imports=self.ignore_imports,
            unmatched_alerting=contract_utils.AlertLevel.ERROR,
        )
        broken = [
            f"{module} -> {used}"
            for module in sorted(graph.find_descendants(self.package))
            for used in sorted(graph.find_modules_directly_imported_by(module))
            if used.startswith(f"{self.package}.") and not self._may_use(module, used)
        ]
        return ContractCheck(
            kept=not broken,
            warnings=list(removed.warnings),
            ignored_import_count=removed.ignored_import_count,
            metadata={"broken": broken},
        )

    def render_broken_contract(self, check):
        for line in check.metadata["broken"]:
            output.print_error(line, bold=False)

    def _may_use(self, module, used):
        mine, others = module.split(".")[1], used.split(".")[1]
        if mine == others:
            return True
        # Manifests are written in terms of the first shared package, so it cannot read them.
        if used in self.found and mine in self.shared[1:]:
            return True
        if mine in self.shared:
            return others in self.shared[: self.shared.index(mine)]
        # A module of the package itself puts the features together.
        if module.count(".") == 1 or others in self.shared:
            return True
        return not any(fnmatch(part, one) for part in used.split(".")[2:] for one in self.private)
