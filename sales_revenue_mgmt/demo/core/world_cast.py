"""Who and what the demo world consists of. Declarations only, no Odoo."""

from dataclasses import dataclass

BRANCHES = {"harbour": "Harbour Branch", "valley": "Valley Branch", "lakeside": "Lakeside Branch"}


@dataclass(frozen=True)
class Seller:
    """
    :param key: login, and password, of who is made here; else the external id of somebody who is there already
    :param quota: what is to be sold in an average month
    :param pace: what is sold, as a share of the quota
    """

    key: str
    name: str
    quota: int
    pace: float


@dataclass(frozen=True)
class Team:
    """
    :param branch: a key of ``BRANCHES``; ``None``: the head office
    :param leader: login and name; ``None``: is there already
    """

    key: str
    name: str
    branch: str | None
    leader: tuple | None
    sellers: tuple


TEAMS = (
    Team(
        "sales_team.team_sales_department",
        "Sales",
        None,
        None,
        (
            Seller("sales_revenue_mgmt.revenue_user_sam", "Sam Seller", 9500, 1.01),
            Seller("base.user_demo", "Marc Demo", 9000, 0.96),
            Seller("tess", "Tess Young", 11000, 1.07),
            Seller("omar", "Omar Reed", 8000, 0.84),
        ),
    ),
    Team(
        "harbour_trade",
        "Harbour Trade",
        "harbour",
        ("iris", "Iris Holt"),
        (Seller("ben", "Ben Carter", 12000, 1.09), Seller("lea", "Lea Novak", 10000, 0.98)),
    ),
    Team(
        "harbour_projects",
        "Harbour Projects",
        "harbour",
        ("noel", "Noel Frost"),
        (Seller("ruth", "Ruth Adler", 13000, 1.02), Seller("finn", "Finn Maher", 9000, 0.95)),
    ),
    Team(
        "valley_trade",
        "Valley Trade",
        "valley",
        ("vera", "Vera Lind"),
        (Seller("paul", "Paul Keller", 9000, 0.78), Seller("nina", "Nina Rossi", 8500, 0.9)),
    ),
    Team(
        "valley_projects",
        "Valley Projects",
        "valley",
        ("owen", "Owen Price"),
        (Seller("jana", "Jana Beck", 10500, 1.04), Seller("theo", "Theo Blanc", 8000, 0.87)),
    ),
    Team(
        "lakeside_trade",
        "Lakeside Trade",
        "lakeside",
        ("luca", "Luca Moretti"),
        (Seller("emma", "Emma Stone", 11500, 1.12), Seller("ivan", "Ivan Petrov", 9500, 1.0)),
    ),
    Team(
        "lakeside_projects",
        "Lakeside Projects",
        "lakeside",
        ("olga", "Olga Winter"),
        (Seller("hugo", "Hugo Lang", 10000, 1.06), Seller("mara", "Mara Silva", 9000, 0.93)),
    ),
)
SELLERS = tuple(seller for team in TEAMS for seller in team.sellers)

# Category → products: key, name, price of today, cost.
PRODUCTS = {
    "Workplaces": (
        ("desk_standing", "Standing Desk", 640, 378),
        ("desk_corner", "Corner Workstation", 890, 552),
        ("desk_compact", "Compact Desk", 320, 198),
    ),
    "Seating": (
        ("chair_task", "Task Chair", 280, 157),
        ("chair_lounge", "Lounge Chair", 540, 318),
        ("stool_meeting", "Meeting Stool", 95, 52),
    ),
    "Storage and Light": (
        ("cabinet_lockable", "Lockable Cabinet", 410, 254),
        ("shelf_modular", "Modular Shelf", 180, 101),
        ("lamp_desk", "Desk Lamp with Dimmer", 75, 36),
    ),
    "Rooms": (
        ("wall_acoustic", "Acoustic Wall", 460, 290),
        ("booth_phone", "Phone Booth", 2900, 1885),
        ("table_conference", "Conference Table", 1450, 899),
    ),
}

# One group buys 23 % of everything; three more have subsidiaries, too.
LARGEST_SHARE = 0.23
GROUPS = {
    "Meridian Group": ("Meridian Hotels", "Meridian Offices", "Meridian Clinics", "Meridian Logistics"),
    "Northgate Holding": ("Northgate Foods", "Northgate Energy", "Northgate Press"),
    "Alder & Sons": ("Alder Timber", "Alder Design"),
    "Castellan Group": ("Castellan Bank", "Castellan Insurance"),
}
SINGLE = (
    "Amber Studios",
    "Arrowhead Legal",
    "Bluefin Travel",
    "Brightwater School",
    "Cedar Dental",
    "Clearview Optics",
    "Cobalt Software",
    "Copperfield Press",
    "Dovetail Joinery",
    "Eastbrook Council",
    "Elmwood Clinic",
    "Evergreen Gardens",
    "Fairmont Law",
    "Falcon Couriers",
    "Fern Hill School",
    "Foxglove Pharma",
    "Granite Works",
    "Greystone Advisors",
    "Halcyon Media",
    "Hawthorn Homes",
    "Hazel Grove Library",
    "Indigo Labs",
    "Ironbridge Steel",
    "Ivy Court Hotel",
    "Jasper Mining",
    "Juniper Analytics",
    "Kestrel Aviation",
    "Kingsway Theatre",
    "Larkspur Events",
    "Lighthouse Radio",
    "Linden Architects",
    "Maple Leaf Bakery",
    "Millstone Brewery",
    "Moorland Farms",
    "Nightingale Care",
    "Oakfield Sports",
    "Obsidian Games",
    "Orchard Print",
    "Pinewood Studios",
    "Quarry Lane Motors",
    "Redwood Consulting",
    "Riverside Dental",
    "Silverline Rail",
    "Stonebridge Realty",
    "Summit Outdoor",
    "Thornbury Arts",
    "Tidewater Marine",
    "Violet Lane Salon",
    "Westbourne College",
)
# What a partner price list takes off, and whose it is: every fifth of those without a group.
PARTNER_DISCOUNT = 8
PRICE_INCREASE = 4
MONTHS = 18
