"""The first order of each customer in a company and its branches: the one that makes a new customer.

Kept in a table that the refresher maintains as it does facts, so that nobody sorts all orders to answer a question about a month.
Of each customer the table has an order that comes before all of its orders that are not dirty, or is one of these; or it has the
customer's first order while that is dirty. So whatever is dirty, a look at the dirty orders, and at the orders of customers whose
first order is dirty, tells the first order as of this snapshot. These are read from Odoo's own records.
"""

from odoo import api, models
from odoo.tools import SQL

from .schema import FIRST, constant
from .sources import REVENUE_LINE

# Companies are looked up, not joined: they are few and new ones are in no statistics, so that PostgreSQL would begin with them.
_ORDERS = f"""
    SELECT (SELECT split_part(company.parent_path, '/', 1)::int4 FROM res_company company WHERE company.id = doc.company_id)
               AS root_id,
           partner.commercial_partner_id AS partner_id, doc.id AS order_id, doc.date_order AS moment
      FROM sale_order doc
      JOIN res_partner partner ON partner.id = doc.partner_id
     WHERE doc.state = 'sale' AND EXISTS (SELECT FROM sale_order_line line WHERE line.order_id = doc.id AND {REVENUE_LINE})
"""
# Ends it: only orders of these customers.
_OF_CUSTOMERS = "AND doc.partner_id = ANY(ARRAY(SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s)))"
_FIRSTS = "SELECT DISTINCT ON (root_id, partner_id) * FROM (%s) AS found ORDER BY root_id, partner_id, moment, order_id"


class RevenueFactFirst(models.AbstractModel):
    _name = "revenue.fact.first"
    _description = "First Orders of Customers"

    @api.model
    def _between(self, since, until, documents, many):
        """The first orders of customers, whoever asks.

        :param since: the first moment
        :param until: the moment after the last one
        :param documents: SQL for ids of dirty orders, usable after ``= ANY``; ``None`` if there are none
        :param many: whether these are very many
        :return: of (id of the order, its moment)
        :rtype: list[tuple]
        """
        between = SQL("moment >= %s AND moment < %s", since, until)
        if documents is None:
            found = SQL("SELECT * FROM %s", FIRST)
        elif many:
            found = SQL(_FIRSTS, constant(_ORDERS))
        else:
            lost = self.env.execute_query(
                SQL("SELECT partner_id FROM %s WHERE order_id = ANY %s", FIRST, documents),
            )
            found = SQL(
                _FIRSTS,
                SQL(
                    "WITH dirty AS MATERIALIZED (%(orders)s AND doc.id = ANY %(documents)s)"
                    " SELECT * FROM dirty UNION ALL %(orders)s %(lost)s"
                    " UNION ALL SELECT * FROM %(first)s AS first WHERE NOT (order_id = ANY %(documents)s)"
                    # An earlier one says that a dirty order is not the first.
                    " AND (%(between)s OR partner_id IN (SELECT partner_id FROM dirty))",
                    orders=constant(_ORDERS),
                    documents=documents,
                    lost=SQL(_OF_CUSTOMERS, sorted({row[0] for row in lost})),
                    first=FIRST,
                    between=between,
                ),
            )
        return self.env.execute_query(
            SQL("SELECT order_id, moment FROM (%s) AS first WHERE %s", found, between),
        )

    @api.model
    def _refresh(self, ids):
        """Bring the first orders of the customers of some orders, then and now, up to date.

        :param list[int] ids: of orders that are no longer dirty after this
        """
        kept = {
            (root, partner): (moment, order)
            for root, partner, moment, order in self.env.execute_query(
                SQL(
                    "DELETE FROM %s WHERE order_id = ANY(%s) RETURNING root_id, partner_id, moment, order_id",
                    FIRST,
                    ids,
                )
            )
        }
        now = {
            (root, partner): (moment, order)
            for root, partner, order, moment in self.env.execute_query(
                SQL(_FIRSTS, SQL("%s AND doc.id = ANY(%s)", constant(_ORDERS), ids))
            )
        }
        # What was first and comes later now, or not at all, leaves open which other order is.
        lost = {key for key, place in kept.items() if key not in now or now[key] > place}
        if lost:
            partners = sorted({partner for _root, partner in lost})
            again = self.env.execute_query(SQL(_FIRSTS, SQL("%s %s", constant(_ORDERS), SQL(_OF_CUSTOMERS, partners))))
            now |= {
                (root, partner): (moment, order) for root, partner, order, moment in again if (root, partner) in lost
            }
        if not now:
            return
        rows = [(*key, *place) for key, place in now.items()]
        new = SQL(
            "(SELECT * FROM unnest(%s::int4[], %s::int4[], %s::timestamp[], %s::int4[])"
            " AS new (root_id, partner_id, moment, order_id))",
            *map(list, zip(*rows, strict=True)),
        )
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s AS first USING %s AS new WHERE first.root_id = new.root_id"
                " AND first.partner_id = new.partner_id AND (first.moment, first.order_id) > (new.moment, new.order_id)",
                FIRST,
                new,
            )
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (root_id, partner_id, moment, order_id) SELECT new.* FROM %s AS new WHERE NOT EXISTS (SELECT"
                " FROM %s AS first WHERE first.root_id = new.root_id AND first.partner_id = new.partner_id)",
                FIRST,
                new,
                FIRST,
            )
        )
