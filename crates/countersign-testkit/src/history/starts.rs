use std::time::Duration;

use countersign::{
    AddressKind, Brand, ChannelId, CodeLength, CustomPlatform, EmailAddress, HostData, Limits, Locale, MaxAttempts,
    Metadata, NavigatorId, PhoneNumber, Plan, Platform, Policy, Purpose, Recipient, Route, SendMode, Start, Step,
    Template, TemplateRule, Timeout, WorkspaceId,
};
use proptest::prelude::*;
use uuid::Uuid;

/// Starts with one to six steps over every platform, with every limit and every policy.
pub fn starts() -> impl Strategy<Value = Start> {
    // Parsed once and drawn often: parsing a number costs more than the life of most verifications.
    let recipients = recipients().into_iter().map(|recipient| (Locale::for_recipient(&recipient), recipient));
    let recipients = prop::sample::select(recipients.collect::<Vec<_>>());
    (recipients, any::<u128>(), limits(), policies(), host_data()).prop_flat_map(
        |((locale, recipient), workspace, limits, policy, host_data)| {
            let steps = proptest::collection::vec(steps(&recipient), 1..=6);
            steps.prop_map(move |steps| Start {
                workspace: WorkspaceId::new(Uuid::from_u128(workspace)),
                plan: Plan::new(steps, &recipient).expect("steps made for this recipient"),
                locale: locale.clone(),
                recipient: recipient.clone(),
                limits,
                policy,
                host_data: host_data.clone(),
            })
        },
    )
}

/// Most hosts attach nothing.
fn host_data() -> impl Strategy<Value = HostData> {
    let metadata = prop::sample::select(vec![
        Metadata::parse("{}").expect("an object"),
        Metadata::parse("{\"order\":\"tulip-bulbs\",\"lines\":[1,2]}").expect("an object"),
    ]);
    let purpose = prop::sample::select(vec!["windmill tour", "change of dyke"])
        .prop_map(|text| Purpose::parse(text).expect("one line"));
    let brand = prop::sample::select(vec!["Acme", "\u{416}\u{416}\u{416}"])
        .prop_map(|text| Brand::parse(text).expect("one line"));
    let attached = (prop::option::of(metadata), prop::option::of(purpose), prop::option::of(brand))
        .prop_map(|(metadata, purpose, brand)| HostData::new(metadata, purpose, brand));
    prop_oneof![2 => Just(HostData::default()), 1 => attached]
}

/// Most of them are reached by phone and by email.
fn recipients() -> Vec<Recipient> {
    let phones =
        ["+31612345678", "+4915123456789", "+14155552671"].map(|text| PhoneNumber::parse(text).expect("a number"));
    let emails = ["grace.hopper@example.com", "a@example.org", "someone.else@mail.example.net"]
        .map(|text| EmailAddress::parse(text).expect("an address"));
    let both = phones.iter().flat_map(|phone| emails.iter().map(|email| Recipient::both(*phone, email.clone())));
    both.chain(phones.map(Recipient::phone)).chain(emails.clone().map(Recipient::email)).collect()
}

fn platforms() -> Vec<Platform> {
    let custom = |name: &str, address_kind, template| {
        Platform::from(CustomPlatform::new(name, address_kind, template).expect("a name for logs"))
    };
    vec![
        Platform::Sms,
        Platform::WhatsApp,
        Platform::Email,
        custom("voice", AddressKind::Phone, TemplateRule::Forbidden),
        custom("post", AddressKind::Email, TemplateRule::Optional),
    ]
}

fn steps(recipient: &Recipient) -> impl Strategy<Value = Step> + use<> {
    let reachable: Vec<_> = platforms().into_iter().filter(|p| recipient.address(p.address_kind()).is_some()).collect();
    let silence = prop_oneof![
        2 => Just(None),
        1 => (1_u64..=120_000).prop_map(|ms| Some(Duration::from_millis(ms))),
    ];
    let routes = (any::<bool>(), any::<u128>()).prop_map(|(channel, bits)| {
        let id = Uuid::from_u128(bits);
        if channel { Route::Channel(ChannelId::new(id)) } else { Route::Navigator(NavigatorId::new(id)) }
    });
    (prop::sample::select(reachable), routes, any::<bool>(), silence).prop_map(
        |(platform, route, optional, silence)| {
            let rule = platform.template_rule();
            let templated = rule == TemplateRule::Required || (rule != TemplateRule::Forbidden && optional);
            let step = Step::new(route, platform);
            let step = if templated { step.with_template(Template::default()) } else { step };
            match silence {
                Some(silence) => step.with_delivery_timeout(silence),
                None => step,
            }
        },
    )
}

fn limits() -> impl Strategy<Value = Limits> {
    (1_u8..=10, 30_u16..=3600, 6_u8..=12).prop_map(|(checks, seconds, digits)| Limits {
        max_attempts: MaxAttempts::new(checks).expect("in bounds"),
        timeout: Timeout::from_secs(seconds).expect("in bounds"),
        code_length: CodeLength::new(digits).expect("in bounds"),
    })
}

fn policies() -> impl Strategy<Value = Policy> {
    let cooldown = prop_oneof![Just(0), 1_u64..=60_000];
    let cap = prop_oneof![3 => 1_u8..=8, 1 => 1..=Policy::MAX_MESSAGES];
    let sending = prop_oneof![3 => Just(SendMode::Inline), 1 => Just(SendMode::Deferred)];
    (cooldown, cap, 0_u8..=4, 1_000_u64..=60_000, 1_u64..=10_000, 0_u64..=60_000, sending).prop_map(
        |(cooldown, cap, unknown_retries, lease, delay, patience, sending)| {
            Policy::default()
                .with_resend_cooldown(Duration::from_millis(cooldown))
                .with_message_cap(cap)
                .with_unknown_retries(unknown_retries)
                .with_send_lease(Duration::from_millis(lease))
                .with_retry_delay(Duration::from_millis(delay))
                .with_patience(Duration::from_millis(patience))
                .with_send_mode(sending)
        },
    )
}
