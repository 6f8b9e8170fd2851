"""What every document's form shows alike: buttons, status bar, guidance, ribbon and route. Written once, in
``views/governance/revenue_document_views.xml``, and put into the form of each document here.
"""

from lxml import etree

from odoo import api, models

READONLY = "state != 'draft'"


class RevenueDocumentMixin(models.AbstractModel):
    _inherit = "revenue.document.mixin"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if self._abstract:
            return arch, view
        if view_type == "form" and arch.find("./sheet") is not None:
            self._add_workflow(arch)
        if view_type in ("form", "list"):
            self._lock_governed_fields(arch, view_type)
        return arch, view

    def _add_workflow(self, arch):
        # The shared part is not the reader's to change; whoever opens a form has to be able to load it.
        shared = self.env.ref("sales_revenue_mgmt.revenue_document_view_workflow").sudo()
        parts = shared._get_combined_arch()
        header, sheet = arch.find("./header"), arch.find("./sheet")
        if header is None:
            header = etree.Element("header")
            sheet.addprevious(header)
        for child in reversed(parts.find("./header")):
            header.insert(0, child)
        for child in parts.findall("./div"):
            sheet.addprevious(child)
        box = sheet.find("./div[@name='button_box']")
        for child in parts.find("./sheet/div[@name='button_box']"):
            box.append(child)
        place = box
        for child in parts.findall("./sheet/widget"):
            place.addnext(child)
            place = child
        for child in parts.findall("./sheet/group"):
            sheet.append(child)

    def _lock_governed_fields(self, arch, view_type):
        """What the guard refuses past draft is not offered for editing either."""
        governed = set(self._audit_fields())
        names = {node.get("name") for node in arch.iter("field")}
        for node in arch.iter("field"):
            inside_other_model = any(ancestor.tag == "field" for ancestor in node.iterancestors())
            if node.get("name") not in governed or inside_other_model:
                continue
            own = node.get("readonly")
            if own not in ("1", "True", "true"):
                node.set("readonly", f"({own}) or {READONLY}" if own else READONLY)
        if view_type == "list" and "state" not in names:
            arch.append(etree.Element("field", name="state", column_invisible="True"))
