//! Signature Version 4, of the one kind of request that there is.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use ring::digest::{SHA256, digest};
use ring::hmac::{HMAC_SHA256, Key, sign};

use crate::Fault;

/// What requests are signed with.
pub struct Credentials {
    id: String,
    secret: String,
    token: Option<String>,
    region: String,
}

/// What a request says for itself.
pub struct Signed {
    /// `authorization`
    pub authorization: String,
    /// `x-amz-date`
    pub date: String,
    /// `x-amz-security-token`
    pub token: Option<String>,
}

impl Credentials {
    /// The role's, as Lambda sets them.
    pub fn from_environment() -> Result<Self, Fault> {
        Ok(Self {
            id: std::env::var("AWS_ACCESS_KEY_ID")?,
            secret: std::env::var("AWS_SECRET_ACCESS_KEY")?,
            token: std::env::var("AWS_SESSION_TOKEN").ok(),
            region: std::env::var("AWS_REGION")?,
        })
    }

    /// Signs a POST to the root of that host.
    pub fn sign(&self, host: &str, target: &str, body: &[u8]) -> Result<Signed, Fault> {
        let date = timestamp(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs());
        let day = &date[..8];
        let mut headers = format!("host:{host}\nx-amz-date:{date}\n");
        let mut names = "host;x-amz-date".to_owned();
        if let Some(token) = &self.token {
            headers.extend(["x-amz-security-token:", token, "\n"]);
            names.push_str(";x-amz-security-token");
        }
        headers.extend(["x-amz-target:", target, "\n"]);
        names.push_str(";x-amz-target");
        let body = hex(digest(&SHA256, body).as_ref());
        let request = format!("POST\n/\n\n{headers}\n{names}\n{body}");
        let scope = format!("{day}/{}/dynamodb/aws4_request", self.region);
        let request = hex(digest(&SHA256, request.as_bytes()).as_ref());
        let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{request}");
        let mut key = format!("AWS4{}", self.secret).into_bytes();
        for part in [day, self.region.as_str(), "dynamodb", "aws4_request", text.as_str()] {
            key = sign(&Key::new(HMAC_SHA256, &key), part.as_bytes()).as_ref().to_vec();
        }
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={}",
            self.id,
            hex(&key)
        );
        Ok(Signed { authorization, date, token: self.token.clone() })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Seconds since 1970 as `20261122T200000Z`, by Howard Hinnant's `civil_from_days`.
fn timestamp(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_its_name() {
        assert_eq!(timestamp(0), "19700101T000000Z");
        assert_eq!(timestamp(1_709_210_096), "20240229T123456Z");
    }
}
