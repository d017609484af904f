"""The knowledge's pages.

**Owns** signed packs, pages about content.
**Does not own** the content itself (content).
**Uses** content, evidence, identity.
**Start reading at** `views.py`.
"""
