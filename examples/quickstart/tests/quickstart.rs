//! The program as a person runs it, with its input piped.

#[path = "quickstart/driver.rs"]
mod driver;
#[path = "quickstart/mail_server.rs"]
mod mail_server;
#[path = "quickstart/two_terminals.rs"]
mod two_terminals;

use driver::{Session, played};
use mail_server::MailServer;

const PHONE: &str = "+31 6 12345678";

#[test]
fn the_code_from_the_message_verifies_the_phone_number() {
    let mut session = Session::start(&[]);
    session.enter(PHONE);
    session.enter("");
    assert!(session.read_until("WhatsApp to ").contains("+31612345678"));
    let code = session.read_code();
    session.enter(&code);
    let ended = session.finish();
    assert!(ended.output.contains("✓ Verified: this person holds +31*******78."), "{}", ended.output);
    assert_eq!(ended.code, 0);
}

#[test]
fn a_code_of_another_length_verifies_with_hyphens_in_it() {
    let mut session = Session::start(&["--to", PHONE, "--code-length", "8"]);
    let code = session.read_code();
    assert_eq!(code.len(), 8);
    session.enter(&format!("{}-{}", &code[..4], &code[4..]));
    assert!(session.finish().output.contains("✓ Verified"));
}

#[test]
fn an_email_address_gets_an_email_and_is_verified() {
    let mut session = Session::start(&[]);
    session.enter("Ada@Example.com");
    session.read_until("Enter takes email.");
    session.enter("");
    assert!(session.read_until("Email to ").contains("Ada@example.com"));
    let code = session.read_code();
    session.enter(&code);
    assert!(session.finish().output.contains("✓ Verified"));
}

#[test]
fn both_addresses_make_a_plan_of_three_steps() {
    let output = played(&[], &["ada@example.com, +31 6 12345678", "", "failover 2"]).output;
    assert!(output.contains("Enter takes whatsapp,sms,email."), "{output}");
    assert!(output.contains("from WhatsApp (step 0) to Email (step 2)"), "{output}");
}

#[test]
fn wrong_codes_are_counted_down_until_the_verification_fails() {
    let mut session = Session::start(&["--to", PHONE, "--max-attempts", "2"]);
    let wrong = driver::other_than(&session.read_code());
    session.enter(&wrong);
    session.read_until("1 check is left");
    session.enter(&wrong);
    let ended = session.finish();
    assert!(ended.output.contains("✗ Failed"), "{}", ended.output);
    assert_eq!(ended.code, 0);
}

#[test]
fn a_code_that_cannot_be_one_costs_no_check() {
    let output = played(&["--to", PHONE], &["12345", "12345x", "1234567", "show"]).output;
    assert!(output.contains("A code has 6 to 12 digits"), "{output}");
    assert!(output.contains("A code has digits only"), "{output}");
    assert!(output.contains("The code has 6 digits"), "{output}");
    assert_eq!(output.matches("3 checks left").count(), 2, "{output}");
}

#[test]
fn a_failed_whatsapp_message_fails_over_to_sms_and_says_so() {
    let ended = played(&[], &[PHONE, "", "fail"]);
    assert!(
        ended.output.contains("↪ Failed over by itself from WhatsApp (step 0) to SMS (step 1)."),
        "{}",
        ended.output
    );
    assert!(ended.output.contains("SMS to +31612345678"), "{}", ended.output);
    assert_eq!(ended.code, 0);
}

#[test]
fn every_message_of_a_verification_has_the_same_code() {
    let mut session = Session::start(&["--to", PHONE]);
    let first = session.read_code();
    session.enter("fail");
    assert_eq!(session.read_code(), first);
}

#[test]
fn a_failed_sms_does_not_fail_over_to_another_sms_unless_asked_to() {
    let mut session = Session::start(&["--to", PHONE, "--plan", "sms,sms"]);
    session.enter("fail");
    session.read_until("NoFailover on this step: the next step is on the same platform");
    session.enter("failover");
    session.read_until("Failed over, as you asked, from SMS (step 0) to SMS (step 1).");
}

#[test]
fn a_failed_message_of_the_last_step_stays_there() {
    let output = played(&["--to", PHONE, "--plan", "sms"], &["fail", "fail"]).output;
    assert!(output.contains("NoFailover on this step: it is the last step of the plan."), "{output}");
    assert!(output.contains("Message #0 is delivery_failed already"), "{output}");
}

#[test]
fn a_failed_message_of_another_step_changes_no_step() {
    let output = played(&["--to", PHONE, "--cooldown", "0"], &["failover", "resend 0", "fail"]).output;
    assert!(output.contains("NoFailover on this step: that message was of another one."), "{output}");
}

#[test]
fn a_failed_message_that_was_the_last_allowed_one_changes_no_step() {
    let output = played(&["--to", PHONE, "--cooldown", "0"], &["resend", "resend", "resend", "resend", "fail"]).output;
    assert!(output.contains("NoFailover on this step: this verification has had all its messages."), "{output}");
}

#[test]
fn a_delivered_message_cannot_fail_any_more() {
    let output = played(&["--to", PHONE], &["deliver", "fail"]).output;
    assert!(output.contains("✓ Message #0 arrived."), "{output}");
    assert!(output.contains("Message #0 is delivered already"), "{output}");
}

#[test]
fn a_resend_waits_for_its_cooldown_by_the_clock_of_the_program() {
    let output = played(&["--to", PHONE, "--cooldown", "600"], &["resend", "wait 300", "resend 1", "resend 9"]).output;
    assert_eq!(output.matches("✗ A message was sent a moment ago: resend in ").count(), 2, "{output}");
    assert!(output.contains("The plan has steps 0 to 1, not 9."), "{output}");
}

#[test]
fn a_resend_after_its_cooldown_sends_a_second_message() {
    let flags = ["--to", PHONE, "--cooldown", "60", "--locale", "en"];
    let output = played(&flags, &["wait 60", "resend 1"]).output;
    assert!(output.contains("message #1"), "{output}");
    assert!(output.contains("It expires in 9 "), "{output}");
}

#[test]
fn a_message_is_in_the_language_of_the_numbers_country_unless_another_is_asked_for() {
    let plan = ["--to", PHONE, "--plan", "sms"];
    let dutch = played(&plan, &[]).output;
    assert!(dutch.contains(" is uw code voor Countersign."), "{dutch}");
    let german = played(&[&plan[..], &["--locale", "de-AT"]].concat(), &[]).output;
    assert!(german.contains(" ist Ihr Code für Countersign."), "{german}");
}

#[test]
fn a_message_speaks_for_the_brand_and_says_what_it_takes_of_its_segment() {
    let output = played(&["--to", PHONE, "--plan", "sms", "--locale", "en", "--brand", "Acme"], &[]).output;
    assert!(output.contains(" is your Acme code."), "{output}");
    assert!(output.contains(" of 160 characters · message #0"), "{output}");
    let output = played(&["--to", PHONE, "--plan", "sms", "--locale", "ru"], &[]).output;
    assert!(output.contains(" of 70 characters · message #0"), "{output}");
}

#[test]
fn a_whatsapp_message_is_a_template_with_the_code_filled_in() {
    let mut session = Session::start(&["--to", PHONE]);
    session.read_until("template one_time_code");
    let code = session.read_code();
    session.enter(&code);
    assert!(session.finish().output.contains(&format!("code = {code}")));
}

#[test]
fn an_email_reaches_a_mail_server_and_its_code_verifies_the_address() {
    let mut server = MailServer::start();
    let url = server.url();
    let flags = ["--to", "Ada@example.com", "--locale", "en", "--smtp", &url, "--from", "Acme <codes@acme.example>"];
    let mut session = Session::start(&flags);
    session.read_until("Emails are sent for real.");
    let message = server.message();
    assert_eq!(message["rcpt_tos"][0], "Ada@example.com");
    assert_eq!(message["from"][0][1], "codes@acme.example");
    session.read_until("Message #0 is with the mail server");
    let text = message["contents"][0].as_str().expect("a mail begins with its plain text");
    let code = text.lines().find(|line| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit()));
    session.enter(code.expect("the code has a line of its own"));
    let ended = session.finish();
    assert!(ended.output.contains("✓ Verified: this person holds A***@example.com."), "{}", ended.output);
}

#[test]
fn a_mail_server_that_is_not_there_is_said_and_the_email_waits_for_another_try() {
    let server = MailServer::start();
    let url = server.url();
    drop(server);
    let output = played(&["--to", "ada@example.com", "--smtp", &url], &["show"]).output;
    assert!(output.contains("it will be tried again"), "{output}");
    assert!(output.contains("#0 prepared"), "{output}");
}

#[test]
fn an_expired_verification_ends_the_session() {
    for input in ["expire", "wait 600"] {
        let ended = played(&["--to", PHONE], &[input]);
        assert!(ended.output.contains("✗ Expired"), "{}", ended.output);
        assert_eq!(ended.code, 0);
    }
}

#[test]
fn a_canceled_verification_ends_the_session() {
    let ended = played(&["--to", PHONE], &["cancel"]);
    assert!(ended.output.contains("✗ Canceled"), "{}", ended.output);
    assert_eq!(ended.code, 0);
}

#[test]
fn a_bad_number_is_explained_and_asked_for_again() {
    let output = played(&[], &["06 12345678", "+31 6 1", "nobody@", PHONE, "sms"]).output;
    assert!(output.contains("✗ Write the phone number with + and its country code."), "{output}");
    assert!(output.contains("✗ An email address has exactly one @"), "{output}");
    assert!(output.contains("SMS to +31612345678"), "{output}");
}

#[test]
fn a_plan_that_cannot_reach_the_address_is_explained_and_asked_for_again() {
    let output = played(&[], &[PHONE, "pigeon", "sms,email", "sms"]).output;
    assert!(output.contains("✗ This program cannot send by `pigeon`"), "{output}");
    assert!(output.contains("email needs an email address: give it, or drop the step"), "{output}");
    assert!(output.contains("SMS to +31612345678"), "{output}");
}

#[test]
fn an_unknown_command_points_to_help_and_help_lists_them_all() {
    let output = played(&["--to", PHONE], &["dance", "help"]).output;
    assert!(output.contains("`dance` is neither a code nor a command: type help."), "{output}");
    for command in ["resend", "failover", "fail", "deliver", "wait", "expire", "cancel", "show", "quit"] {
        assert!(output.contains(&format!("\n  {command} ")), "{output}");
    }
}

#[test]
fn what_is_piped_in_is_shown_and_no_colour_is() {
    let output = played(&[], &[PHONE, "", "show", "quit"]).output;
    for line in ["› +31 6 12345678\n", "›\n", "› show\n", "› quit\n"] {
        assert!(output.contains(line), "{output}");
    }
    assert!(!output.contains('\u{1b}'), "{output}");
}

#[test]
fn the_table_masks_the_address() {
    let output = played(&["--to", PHONE], &[]).output;
    assert!(output.contains("0     WhatsApp  +31*******78  pending  #0 accepted"), "{output}");
}

#[test]
fn input_that_ends_before_a_start_is_exit_code_1_and_later_it_is_0() {
    for (input, code) in [(&[][..], 1), (&["nonsense"], 1), (&[PHONE], 1), (&[PHONE, ""], 0)] {
        let ended = played(&[], input);
        assert_eq!(ended.code, code, "{}", ended.output);
        assert!(ended.output.contains("The input has ended"), "{}", ended.output);
    }
}

#[test]
fn bad_flags_are_exit_code_2() {
    for flags in [
        &["--to", "06 12345678"][..],
        &["--to", PHONE, "--to", "+31 6 87654321"],
        &["--to", PHONE, "--plan", "email"],
        &["--plan", "pigeon"],
        &["--timeout", "29"],
        &["--max-attempts", "11"],
        &["--code-length", "5"],
        &["--cooldown", "soon"],
        &["--locale", "nl_NL"],
        &["--brand", ""],
        &["--from", "codes@"],
        &["--smtp", "mail.example.com"],
        &["--smtp", "smtp://ada:secret@mail.example.com?tls=none"],
    ] {
        assert_eq!(played(flags, &[]).code, 2, "{flags:?}");
    }
}
