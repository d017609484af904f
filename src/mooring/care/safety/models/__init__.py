"""Tables of this room: the register of adverse events, and esketamine's safety programme (REMS)."""

from mooring.care.safety.models.register import AdverseEvent as AdverseEvent
from mooring.care.safety.models.register import Assessment as Assessment
from mooring.care.safety.models.register import DrugAction as DrugAction
from mooring.care.safety.models.register import EventOutcome as EventOutcome
from mooring.care.safety.models.register import EventSort as EventSort
from mooring.care.safety.models.register import FoundIn as FoundIn
from mooring.care.safety.models.register import Relation as Relation
from mooring.care.safety.models.register import SentReport as SentReport
from mooring.care.safety.models.rems import EnrolmentState as EnrolmentState
from mooring.care.safety.models.rems import EnrolmentStep as EnrolmentStep
from mooring.care.safety.models.rems import EnrolmentVerification as EnrolmentVerification
from mooring.care.safety.models.rems import RemsEnrolment as RemsEnrolment
from mooring.care.safety.models.rems import SettingKind as SettingKind
from mooring.care.safety.models.rems import SiteCertification as SiteCertification
from mooring.care.safety.models.rems import Supply as Supply
