//! Bird's words for what became of a message.

use countersign::ReportedStatus;

/// What a status says; none for one that says nothing of whether the message arrives.
///
/// Bird documents `accepted`, `sent`, `delivered`, `sending_failed` and `delivery_failed`; the others were seen by those
/// who use it. `deleted` is about Bird's copy, and an unknown word about nothing.
pub(crate) fn reported(status: &str, detail: Option<String>) -> Option<ReportedStatus> {
    Some(match status {
        "accepted" | "processing" | "scheduled" | "queued" | "pending" => ReportedStatus::Accepted,
        "sent" => ReportedStatus::Sent,
        "delivered" | "read" => ReportedStatus::Delivered,
        "sending_failed" | "rejected" | "failed" | "skipped" => ReportedStatus::SendingFailed { detail },
        "delivery_failed" => ReportedStatus::DeliveryFailed { detail },
        _ => return None,
    })
}
