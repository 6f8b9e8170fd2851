"""What every document's views show alike: in forms buttons, status bar, guidance, ribbon and route; in lists state, version and
activities; in cards the state; in searches the standard filters. Written once, in
``views/governance/revenue_document_views.xml``, and put into the views of each document here.
"""

from lxml import etree

from odoo import api, models

READONLY = "state != 'draft'"


class RevenueDocumentMixin(models.AbstractModel):
    # Content, gate, moves, route, guidance and views of a document: one file each.
    _inherit = "revenue.document.mixin"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if self._abstract:
            return arch, view
        if view_type == "form" and arch.find("./sheet") is not None:
            self._add_workflow(arch)
        elif view_type == "list":
            self._add_fields(arch, arch, view_type)
        elif view_type == "kanban" and (card := arch.find(".//t[@t-name='card']")) is not None:
            self._add_fields(arch, card, view_type)
        elif view_type == "search":
            self._add_filters(arch)
        if view_type in ("form", "list"):
            self._lock_governed_fields(arch, view_type)
        return arch, view

    def _shared_part(self, name):
        # It is not the reader's to change; whoever opens a view has to be able to load it.
        return self.env.ref(f"sales_revenue_mgmt.revenue_document_view_{name}").sudo()._get_combined_arch()

    def _add_fields(self, arch, place, view_type):
        """Fields that the view does not have, at its end."""
        names = {node.get("name") for node in arch.iter("field")}
        for field in self._shared_part(view_type):
            if field.get("name") not in names:
                place.append(field)

    def _add_filters(self, arch):
        """Filters that the search does not have: before what it groups by, and to that."""
        names = {node.get("name") for node in arch.iter("filter", "field")}
        groups = arch.find("./group")
        if groups is None:
            groups = etree.SubElement(arch, "group")
        groups.addprevious(etree.Element("separator"))
        for part in self._shared_part("search"):
            if part.tag == "group":
                groups.extend(node for node in part if node.get("name") not in names)
            elif part.get("name") not in names:
                groups.addprevious(part)
        if "active" in self._fields and "archived" not in names:
            groups.addprevious(etree.Element("separator"))
            archived = {"name": "archived", "string": self.env._("Archived"), "domain": "[('active', '=', False)]"}
            groups.addprevious(etree.Element("filter", archived))

    def _add_workflow(self, arch):
        parts = self._shared_part("workflow")
        header, sheet = arch.find("./header"), arch.find("./sheet")
        if header is None:
            header = etree.Element("header")
            sheet.addprevious(header)
        for child in reversed(parts.find("./header")):
            header.insert(0, child)
        for child in parts.findall("./div"):
            sheet.addprevious(child)
        box = sheet.find("./div[@name='button_box']")
        if box is None:
            box = etree.Element("div", {"class": "oe_button_box", "name": "button_box"})
            sheet.insert(0, box)
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
