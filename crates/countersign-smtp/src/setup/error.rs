/// Why a transport could not be built, and what to do. Nothing of a URL or of the credentials is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpSetupError {
    /// Not a URL.
    #[error(
        "not a URL: write smtps://user:password@mail.example, with @, : and / in the credentials as %40, %3A and %2F"
    )]
    Url,
    /// Another scheme.
    #[error("an SMTP URL begins with smtps:// for implicit TLS, or with smtp:// for STARTTLS")]
    Scheme,
    /// Something behind the port.
    #[error("an SMTP URL ends with the port, or with ?tls=none behind smtp:// for a relay on this machine")]
    UrlOption,
    /// A user without password, or the other way round.
    #[error("write both user and password into the URL, or neither")]
    HalfCredentials,
    /// An escape in the credentials that is none.
    #[error("in a URL's credentials % is followed by two hexadecimal digits, and the whole is UTF-8")]
    Escape,
    /// Not a host.
    #[error("the host is no name in ASCII and no IP address: write mail.example, 192.0.2.1 or 2001:db8::1")]
    Host,
    /// Port 0.
    #[error("port 0 cannot be connected to: leave the port out for the usual one")]
    Port,
    /// A password that others could read.
    #[error("credentials in the clear go to this machine only: use STARTTLS or implicit TLS for another host")]
    CredentialsInTheClear,
    /// Credentials that cannot be sent.
    #[error("user and password are not empty and have no control characters")]
    Credentials,
    /// No time.
    #[error("the timeout is zero: give a send some seconds, fewer than the policy's send lease has")]
    Timeout,
    /// No connection, or more than can be counted.
    #[error("at least one connection is needed, and not more than a machine can have")]
    MaxConnections,
    /// Not a name for `EHLO`.
    #[error("the name for EHLO is a host name in ASCII or an IP address")]
    HelloName,
    /// Not a certificate.
    #[error("a root certificate is a PEM file with at least one certificate of an authority in it")]
    RootCertificate,
    /// A certificate for a connection in the clear.
    #[error("a root certificate is of no use in the clear: use STARTTLS or implicit TLS")]
    UselessCertificate,
}
