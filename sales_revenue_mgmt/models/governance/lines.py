"""The lines of documents at one moment, for the trail."""

# So many changed places an entry of the trail spells out; the hash covers all.
MAX_PLACES = 100


class LinesRead:
    """The lines of some documents at one moment.

    :param dict contents: document id → key of a line → field → governed value
    :param dict names: document id → key of a line → what people call it

    An area with very many lines has a subclass that reads them its own way, and overrides what the mixin asks of it.
    """

    def __init__(self, contents, names):
        self.contents, self.names = contents, names


class Told:
    """In the context, where nobody outside can put it: a caller writes down what happens to the lines of these documents."""

    def __init__(self, documents):
        self.model, self.ids = documents._name, frozenset(documents.ids)

    def covers(self, documents):
        return documents._name == self.model and self.ids.issuperset(documents.ids)
