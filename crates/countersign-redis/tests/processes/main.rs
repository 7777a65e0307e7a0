//! Several processes over one Redis: they race, and they are killed.

mod crashes;
mod process;
mod races;

use std::process::ExitCode;

use countersign_testkit::redis_server as servers;
use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    if let Some(job) = process::Job::of_this_process() {
        return job.run();
    }
    let tests = [
        Trial::test("ten_thousand_racing_wrong_codes_of_four_processes_are_answered_as_often_as_allowed", races::wrong),
        Trial::test("of_ten_thousand_racing_right_codes_of_four_processes_one_passes", races::right),
        Trial::test(
            "wherever_an_engine_is_killed_another_goes_on_and_nothing_is_lost_or_done_twice",
            crashes::of_engines,
        ),
        Trial::test(
            "wherever_an_engine_and_redis_are_killed_another_goes_on_from_what_redis_wrote_down",
            crashes::of_both,
        ),
        Trial::test("several_processes_share_what_is_due_and_send_each_message_once", races::due),
    ];
    libtest_mimic::run(&Arguments::from_args(), tests.into()).exit_code()
}
