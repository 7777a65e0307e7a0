//! Catalogues of the host that are refused: each with its file, its line and what to do.

use std::fs;

use countersign_messages::MessagesError;

use crate::asked::{builder, locale};

fn refused(tag: &str, text: &str) -> MessagesError {
    let path = format!("words/{tag}.ftl");
    builder().catalogue_text(locale(tag), path, text).build().expect_err(text)
}

/// Each case: a Dutch catalogue, the lines of its faults, and what the first one says.
fn assert_faults(text: &str, lines: &[usize], says: &str) {
    let error = refused("nl", text);
    let found: Vec<_> = error.faults().iter().map(|fault| fault.line().expect("a line")).collect();
    assert_eq!(found, lines, "{error}");
    let first = error.to_string().lines().next().expect("a fault").to_owned();
    assert!(first.starts_with(&format!("words/nl.ftl:{}: ", lines[0])), "{first}");
    assert!(first.contains(says), "{first}");
    assert!(error.faults().iter().all(|fault| fault.origin().is_some_and(|origin| origin.ends_with("nl.ftl"))));
}

#[test]
fn what_is_not_fluent_is_refused_at_its_line() {
    assert_faults(
        "# nl\n\nemail-heading = Code\nemail-intro\n",
        &[4],
        "this is not Fluent syntax: Expected a token starting with \"=\"",
    );
    assert_faults("email-heading = Code { $brand\nemail-intro = Code\n", &[1], "Expected a token starting with \"}\"");
    assert_faults("email-heading =\n\nemail-intro = Code\n", &[1], "Expected a message field for \"email-heading\"");
    assert_faults("email-heading = Code\n=?\n", &[2], "not Fluent");
    assert_faults("email-expiry = { $minutes ->\n    [one] x\n    [other] y\n }\n", &[3], "default variant");
    assert_faults("email-heading = \"{\"\n", &[1], "not Fluent");
}

#[test]
fn what_no_message_is_called_is_refused_at_its_line() {
    assert_faults("email-heading = A\n\nemail-haeding = B\n", &[3], "there is no message `email-haeding`");
    assert_faults(
        "sms = { $code } { $brand }\n    .tiny = { $code } { $brand }\n",
        &[2],
        "message `sms` has no part `.tiny`",
    );
}

#[test]
fn what_is_given_twice_is_refused_where_it_comes_again() {
    assert_faults(
        "email-heading = A\nemail-intro = B\nemail-heading = C\n",
        &[3],
        "`email-heading` is already given in words/nl.ftl:1",
    );
    assert_faults("-a = A\n-a = B\nemail-heading = { -a }\n", &[2], "`-a` is already given in words/nl.ftl:1");
    let twice = "sms =\n    .bare = { $code } { $brand }\n    .bare = { $code } - { $brand }\n";
    assert_faults(twice, &[3], "`sms.bare` is already given in words/nl.ftl:2");
    let error = builder()
        .catalogue_text(locale("nl"), "a.ftl", "email-heading = A\n")
        .catalogue_text(locale("nl"), "b.ftl", "\nemail-heading = B\n")
        .build()
        .expect_err("twice");
    assert_eq!(error.to_string(), "b.ftl:2: `email-heading` is already given in a.ftl:1: keep one of the two");
}

#[test]
fn what_does_not_exist_cannot_be_used() {
    assert_faults("email-heading =\n    Code\n    { $name }\n", &[2, 3], "U+000A");
    assert_faults("email-heading = Code { $name }\n", &[1], "there is no variable `$name`");
    assert_faults("email-heading = A\nemail-expiry = { NUMBER($minutes) }\n", &[2], "there is no function `NUMBER`");
    assert_faults("email-heading = A\nemail-expiry = { email-footer }\n", &[2], "`email-footer` is referred to");
    assert_faults("email-expiry = { sms.tiny }\n", &[1], "`sms.tiny` is referred to");
    assert_faults("email-expiry = { -brand }\n", &[1], "`-brand` is referred to");
    assert_faults("email-expiry = { -a.b ->\n    *[x] y\n    }\n-a = A\n", &[1], "`-a.b` is referred to");
}

#[test]
fn a_term_knows_only_its_arguments() {
    assert_faults("-a = { $minutes }\nemail-heading = { -a }\n", &[1], "a term does not see `$minutes`");
    assert_faults(
        "-a = { email-intro }\nemail-heading = { -a }\n",
        &[1],
        "a term cannot refer to the message `email-intro`",
    );
    assert_faults("-a = { $x }\nemail-heading = Code { -a }\n", &[2], "would show a brace");
}

#[test]
fn nothing_may_depend_on_code_or_brand() {
    assert_faults(
        "email-intro = { $brand ->\n    [Acme] A\n   *[other] B\n    }\n",
        &[1],
        "nothing may depend on what `$brand` is",
    );
    assert_faults(
        "email-intro = A\nemail-ignore = { $code ->\n   *[other] B\n    }\n",
        &[2],
        "nothing may depend on what `$code` is",
    );
}

#[test]
fn references_that_lead_back_or_never_end_are_refused() {
    assert_faults("email-intro = A\nemail-heading = x { email-heading }\n", &[2], "`email-heading` refers to itself");
    assert_faults("-a = { -b }\n-b = x { -a }\nemail-heading = { -a }\n", &[3], "`email-heading` refers to itself");
    let mut laughs = "-l0 = ha\n".to_owned();
    for n in 1..30 {
        laughs += &format!("-l{n} = {}\n", format!("{{ -l{} }}", n - 1).repeat(10));
    }
    laughs += "email-heading = { -l29 }\n";
    assert_faults(&laughs, &[31], "put together from more than a hundred pieces");
    let long = format!("-x = {}\nemail-heading = {}\n", "x".repeat(1000), "{ -x }".repeat(3));
    assert_faults(&long, &[2], "longer than 2000 bytes");
}

#[test]
fn too_many_brackets_are_refused_before_anything_reads_them() {
    assert_faults(
        &format!("email-intro = A\nemail-heading = {}", "{".repeat(250_000)),
        &[2],
        "at most 200 opening brackets",
    );
    assert_faults(&format!("email-heading = {{ A{}", "(\nA".repeat(80_000)), &[1], "at most 200 opening brackets");
}

#[test]
fn an_escape_that_ends_at_a_letter_of_another_script_is_refused_and_does_no_harm() {
    for escape in ["\\u0ڄ", "\\uж", "\\U1F51🔑", "\\\\u00é"] {
        assert_faults(&format!("email-intro = A\nemail-heading = {{ \"{escape}\" }}"), &[2], "four hexadecimal digits");
    }
    assert_faults("email-heading = { \"\\u12\" }", &[1], "this is not Fluent syntax");
    let whole = "email-heading = { \"\\u00e9\" }é";
    assert!(builder().catalogue_text(locale("nl"), "nl.ftl", whole).build().is_ok());
}

#[test]
fn as_many_brackets_as_are_allowed_do_no_harm() {
    assert_faults(&format!("email-heading = {}", "{".repeat(200)), &[1], "this is not Fluent syntax");
    assert_faults(&format!("email-heading = {{ {}", "A(".repeat(199)), &[1], "this is not Fluent syntax");
    let nested = format!("email-heading = {}$brand{}", "{".repeat(200), "}".repeat(200));
    assert!(builder().catalogue_text(locale("nl"), "nl.ftl", nested).build().is_ok());
}

#[test]
fn a_language_whose_catalogue_cannot_be_read_is_not_called_absent_as_well() {
    let error =
        builder().languages([locale("sw")]).catalogue_path("no/such/folder/sw.ftl").build().expect_err("no file");
    assert_eq!(error.faults().len(), 1, "{error}");
}

#[test]
fn a_text_message_needs_the_code_once_and_the_brand() {
    assert_faults(
        "sms = uw code voor { $brand }\n",
        &[1],
        "`sms` needs { $code } exactly once; for 1 minute(s) it has it 0 time(s)",
    );
    assert_faults("sms = { $code } { $code } { $brand }\n", &[1], "has it 2 time(s)");
    assert_faults("sms =\n    .short = { $code }\n", &[2], "`sms.short` needs { $brand } at least once");
    let sometimes = "sms = { $minutes ->\n    [2] { $brand }\n   *[other] { $code } { $brand }\n    }\n";
    assert_faults(sometimes, &[1], "for 2 minute(s) it has it 0 time(s)");
}

#[test]
fn an_email_shows_the_code_by_itself() {
    assert_faults("email-intro = A\nemail-heading = Code { $code }\n", &[2], "`email-heading` must not hold the code");
    assert_faults("email-subject = { $code }\n", &[1], "`email-subject` must not hold the code");
    assert_faults("email-subject-with-code = Code\n", &[1], "`email-subject-with-code` needs { $code } exactly once");
}

#[test]
fn characters_that_cannot_be_sent_are_refused_at_their_line() {
    assert_faults("email-intro = A\nemail-heading = a\u{7}b\n", &[2], "the character U+0007 cannot be sent");
    assert_faults("email-heading = a\u{e000}b\n", &[1], "the character U+E000 cannot be sent");
    assert_faults("email-heading = a{ \"\\uE001\" }b\n", &[1], "the character U+E001 cannot be sent");
    assert_faults("email-heading = a{ \"\\u000A\" }b\n", &[1], "the character U+000A cannot be sent");
    assert_faults("email-heading = a\u{202e}b\n", &[1], "the character U+202E cannot be sent");
    assert_faults("-a = a\tb\nemail-heading = { -a }\n", &[1], "the character U+0009 cannot be sent");
    assert_faults("email-heading = a { \"{\" } b\n", &[1], "would show a brace");
    assert_faults("email-heading = { \"\" }\n", &[1], "`email-heading` is empty");
}

#[test]
fn text_messages_that_can_never_fit_are_refused() {
    let long = format!("\nsms = {{ $code }} {{ $brand }} {}\n", "x".repeat(152));
    assert_faults(
        &long,
        &[2],
        "`sms` in nl is too long for one text message: it takes 161 of 160 septets with a code of 6 digits and a brand of one letter: shorten it",
    );
    let long = format!("sms =\n    .short = {{ $code }} {{ $brand }} ş{}\n", "x".repeat(61));
    assert_faults(
        &long,
        &[2],
        "`sms.short` in nl is too long for one text message: it takes 71 of 70 UCS-2 characters",
    );
    let bare = format!("sms =\n    .bare = {{ $code }} {{ $brand }} {}\n", "x".repeat(46));
    assert_faults(
        &bare,
        &[2],
        "it takes 71 of 70 UCS-2 characters with a code of 12 digits and a brand of 11 characters: shorten it",
    );
    let fits = format!("sms =\n    .bare = {{ $code }} {{ $brand }} {}\n", "x".repeat(45));
    assert!(builder().catalogue_text(locale("nl"), "nl.ftl", fits).build().is_ok());
}

#[test]
fn an_added_language_needs_all_messages_of_a_kind() {
    let error = refused("sw", "\nsms = { $code } { $brand }\n");
    assert_eq!(
        error.to_string(),
        "words/sw.ftl:2: a language that is added needs all messages of a kind: `sms.short`, `sms.bare` missing"
    );
    let error = refused("sw", "email-subject = A\nemail-heading = B\n");
    assert!(
        error.to_string().contains("sw.ftl:1: ") && error.to_string().contains("`email-ignore` missing"),
        "{error}"
    );
    let error = refused("sw", "# nothing\n");
    assert!(error.to_string().starts_with("words/sw.ftl:1: there is no message in it"), "{error}");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let error = builder()
        .catalogue_text(locale("nl"), "nl.ftl", "sms = { $brand }\nemail-heading = { $x }\nwhat\n")
        .catalogue_text(locale("de"), "de.ftl", "email-nothing = A\n")
        .catalogue_path("no/such/file/fr.ftl")
        .catalogue_path("not a language.ftl")
        .template_parameter("")
        .build()
        .expect_err("all wrong");
    let mut told: Vec<_> =
        error.to_string().lines().map(|line| line.split(": ").next().expect("a place").to_owned()).collect();
    told.sort();
    let expected = [
        "de.ftl:1",
        "nl.ftl:1",
        "nl.ftl:2",
        "nl.ftl:3",
        "no/such/file/fr.ftl",
        "not a language.ftl",
        "the template parameter needs a name of 1 to 64 visible characters, such as code",
    ];
    assert_eq!(told, expected, "{error}");
}

#[test]
fn files_that_are_no_catalogues_are_refused_by_name() {
    let folder = std::env::temp_dir().join(format!("countersign-messages-faults-{}", std::process::id()));
    fs::create_dir_all(folder.join("empty")).expect("a folder");
    fs::write(folder.join("nl_NL.ftl"), "").expect("written");
    fs::write(folder.join("nl.ftl"), b"sms = \xff").expect("written");
    fs::write(folder.join("de.ftl"), vec![b'#'; 256 * 1024 + 1]).expect("written");
    let error = builder()
        .catalogue_path(&folder)
        .catalogue_path(folder.join("empty"))
        .catalogue_path(folder.join("fr.ftl"))
        .build()
        .expect_err("all wrong");
    fs::remove_dir_all(&folder).expect("removed");
    let told: Vec<_> = error
        .faults()
        .iter()
        .map(|fault| {
            let name = fault.origin().and_then(|origin| origin.file_name()).expect("a name").to_string_lossy();
            format!("{name}: {}", fault.kind())
        })
        .collect();
    let expected = [
        "de.ftl: a catalogue has at most 256 KiB: this file is bigger, and hardly is one",
        "nl.ftl: a catalogue is written in UTF-8: save this file in that encoding",
        "nl_NL.ftl: a catalogue is named for its language, as in nl.ftl or pt-BR.ftl: separate the parts of a locale with hyphens, as in nl-NL",
        "empty: there is no catalogue here: a folder of catalogues has files such as nl.ftl",
        "fr.ftl: this cannot be read (entity not found): check that it exists and that its permissions allow it",
    ];
    assert_eq!(told, expected);
}

#[test]
fn no_more_faults_are_told_than_anybody_reads() {
    let text = "what is this\n".repeat(10_000);
    assert_eq!(refused("nl", &text).faults().len(), MessagesError::MAX_FAULTS);
}
