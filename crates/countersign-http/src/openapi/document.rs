use countersign_api::schemas;
use utoipa::openapi::info::{Info, InfoBuilder, LicenseBuilder};
use utoipa::openapi::path::PathsBuilder;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{Components, ComponentsBuilder, OpenApi, OpenApiBuilder};

use super::names::{ACCESS_KEY, BEARER, OPERATIONS, VERIFICATIONS};
use super::{answers, calls, headers, operations};

pub(super) fn document() -> OpenApi {
    let tag = |name, description| TagBuilder::new().name(name).description(Some(description)).build();
    let tags = [
        tag(VERIFICATIONS, "Send a person a code, and check what they type."),
        tag(OPERATIONS, "For those who run the service. No key is needed: keep them from strangers at the proxy."),
    ];
    let paths = operations::paths(calls::paths(PathsBuilder::new()));
    OpenApiBuilder::new().info(info()).paths(paths).components(Some(components())).tags(Some(tags)).build()
}

fn info() -> Info {
    let license = LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build();
    InfoBuilder::new()
        .title("Verify API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(include_str!("about.md")))
        .license(Some(license))
        .build()
}

fn components() -> Components {
    let key = ApiKeyValue::with_description(
        "Authorization",
        "`AccessKey`, a space, and a key of the workspace, as in `Authorization: AccessKey 3q2-7w…`.",
    );
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("`Bearer`, a space, and a key of the workspace. It is as good as `AccessKey`."))
        .build();
    let components = ComponentsBuilder::new()
        .security_scheme(ACCESS_KEY, SecurityScheme::ApiKey(ApiKey::Header(key)))
        .security_scheme(BEARER, SecurityScheme::Http(bearer))
        .schemas_from_iter(schemas())
        .schemas_from_iter(answers::schemas());
    headers::all().into_iter().fold(components, |components, (name, header)| components.header(name, header)).build()
}
