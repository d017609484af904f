"""Reads of this room: disclosures and consents, each law's accounting, what is kept how long."""

from mooring.care.disclosures.queries.accounting import accounting_of as accounting_of
from mooring.care.disclosures.queries.accounting import accounting_sheet as accounting_sheet
from mooring.care.disclosures.queries.keeping import CONTACT as CONTACT
from mooring.care.disclosures.queries.keeping import LEDGER as LEDGER
from mooring.care.disclosures.queries.keeping import PAPERS as PAPERS
from mooring.care.disclosures.queries.keeping import address_is_held as address_is_held
from mooring.care.disclosures.queries.keeping import kept_kinds as kept_kinds
from mooring.care.disclosures.queries.keeping import refuse_while_kept as refuse_while_kept
from mooring.care.disclosures.queries.records import ToDisclose as ToDisclose
from mooring.care.disclosures.queries.records import consents_of as consents_of
from mooring.care.disclosures.queries.records import copies_of as copies_of
from mooring.care.disclosures.queries.records import copy_in_words as copy_in_words
from mooring.care.disclosures.queries.records import disclosures_of as disclosures_of
from mooring.care.disclosures.queries.records import external_of as external_of
from mooring.care.disclosures.queries.records import gathered_for as gathered_for
from mooring.care.disclosures.queries.records import has_part2 as has_part2
from mooring.care.disclosures.queries.records import is_part2_programme as is_part2_programme
from mooring.care.disclosures.queries.records import kind_words as kind_words
from mooring.care.disclosures.queries.records import kinds_of_record as kinds_of_record
from mooring.care.disclosures.queries.records import marked_rows as marked_rows
from mooring.care.disclosures.queries.records import may_hold_part2 as may_hold_part2
from mooring.care.disclosures.queries.records import notice_of as notice_of
from mooring.care.disclosures.queries.records import reasons_against as reasons_against
from mooring.care.disclosures.queries.records import root_of as root_of
from mooring.care.disclosures.queries.records import scope_of as scope_of
from mooring.care.disclosures.queries.records import statements_of as statements_of
