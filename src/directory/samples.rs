//! Directories of invented people for demo, training and tests, in the source systems' own shape.

/// A file that is part of the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sample {
    /// The name in the audit trail.
    pub name: &'static str,
    /// The text.
    pub text: &'static str,
}

/// Accounts for the profile `eiam`: cantons VD, ZH, TI, BE with their sites.
pub const EIAM_ACCOUNTS: Sample = Sample {
    name: "eiam-accounts.csv",
    text: include_str!("samples/eiam-accounts.csv"),
};

/// Accounts for the profile `extranet`: entities with their properties.
pub const EXTRANET_ACCOUNTS: Sample = Sample {
    name: "extranet-accounts.csv",
    text: include_str!("samples/extranet-accounts.csv"),
};

/// Accounts for the profile `alunni-web`, under the portal's own titles.
pub const ALUNNI_WEB_ACCOUNTS: Sample = Sample {
    name: "alunni-web-accounts.csv",
    text: include_str!("samples/alunni-web-accounts.csv"),
};

/// Register records for the profile `alunni-web`, under the register's own titles.
pub const ALUNNI_WEB_RECORDS: Sample = Sample {
    name: "alunni-web-records.csv",
    text: include_str!("samples/alunni-web-records.csv"),
};
