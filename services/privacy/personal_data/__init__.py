"""What we know about people, tagged column by column; export, erasure and retention follow from the tags."""

from services.privacy.personal_data.register import TABLES
from services.privacy.personal_data.tags import Column, Fate, Holds, Table

NOBODY = -1  # stands where an erased person stood

__all__ = ["NOBODY", "TABLES", "Column", "Fate", "Holds", "Table"]
