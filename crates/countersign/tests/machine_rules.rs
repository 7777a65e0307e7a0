//! The rules of the contract, section 3, one by one, each told as a short story.

#[path = "machine_rules/binding.rs"]
mod binding;
#[path = "machine_rules/check.rs"]
mod check;
#[path = "machine_rules/failover.rs"]
mod failover;
#[path = "machine_rules/report.rs"]
mod report;
#[path = "machine_rules/resend.rs"]
mod resend;
#[path = "machine_rules/retry.rs"]
mod retry;
#[path = "machine_rules/story.rs"]
mod story;
