"""The words for what other systems are told."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "complaint.registered": _("Complaint registered"),
    "complaint.changed": _("Complaint changed"),
    "complaint.owner": _("Complaint: owner changed"),
    "complaint.note": _("Complaint: note written"),
    "complaint.acknowledged": _("Complaint acknowledged"),
    "complaint.answered": _("Complaint answered in substance"),
    "complaint.moved": _("Complaint: stage changed"),
    "complaint.escalated": _("Complaint went up the ladder"),
    "proposal.made": _("Remedy proposed"),
    "proposal.decided": _("Proposal decided"),
    "proposal.agreed": _("Customer agreed to a proposal"),
    "followup.assigned": _("Follow-up assigned"),
    "followup.rescheduled": _("Follow-up rescheduled"),
    "followup.handed_over": _("Follow-up handed over"),
    "followup.done": _("Follow-up done"),
    "followup.reopened": _("Follow-up taken up again"),
}
