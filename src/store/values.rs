//! Times and dates in each database's native form, and one way to read columns of both.
//! SQLite: unix milliseconds, ISO text; PostgreSQL: `timestamptz`, `date`. Times are kept to the millisecond.

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan as _, Unit};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgRow, PgTypeInfo, PgValueRef};
use sqlx::sqlite::{SqliteArgumentsBuffer, SqliteRow, SqliteTypeInfo, SqliteValueRef};
use sqlx::{Decode, Encode, Postgres, Row as _, Sqlite, Type};

use super::error::from_sqlx;
use crate::ports::store::StoreError;

/// First millisecond that PostgreSQL counts from: 2000-01-01.
const POSTGRES_EPOCH_MS: i64 = 946_684_800_000;

/// First day that PostgreSQL counts from.
const POSTGRES_EPOCH_DAY: Date = date(2000, 1, 1);

/// An instant as a column holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct At(pub(super) Timestamp);

/// A day as a column holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day(pub(super) Date);

impl Type<Sqlite> for At {
    fn type_info() -> SqliteTypeInfo {
        <i64 as Type<Sqlite>>::type_info()
    }

    fn compatible(ty: &SqliteTypeInfo) -> bool {
        <i64 as Type<Sqlite>>::compatible(ty)
    }
}

impl Encode<'_, Sqlite> for At {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        <i64 as Encode<'_, Sqlite>>::encode_by_ref(&self.0.as_millisecond(), buffer)
    }
}

impl<'r> Decode<'r, Sqlite> for At {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(Timestamp::from_millisecond(<i64 as Decode<
            'r,
            Sqlite,
        >>::decode(
            value
        )?)?))
    }
}

impl Type<Postgres> for At {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("timestamptz")
    }
}

impl Encode<'_, Postgres> for At {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let micros = (self.0.as_millisecond() - POSTGRES_EPOCH_MS)
            .checked_mul(1_000)
            .ok_or("an instant out of range")?;
        <i64 as Encode<'_, Postgres>>::encode_by_ref(&micros, buffer)
    }
}

impl<'r> Decode<'r, Postgres> for At {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let micros = <i64 as Decode<'r, Postgres>>::decode(value)?;
        Ok(Self(Timestamp::from_millisecond(
            micros.div_euclid(1_000).saturating_add(POSTGRES_EPOCH_MS),
        )?))
    }
}

impl Type<Sqlite> for Day {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl Encode<'_, Sqlite> for Day {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        <String as Encode<'_, Sqlite>>::encode(self.0.to_string(), buffer)
    }
}

impl<'r> Decode<'r, Sqlite> for Day {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(
            <String as Decode<'r, Sqlite>>::decode(value)?.parse()?,
        ))
    }
}

impl Type<Postgres> for Day {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("date")
    }
}

impl Encode<'_, Postgres> for Day {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let days = self.0.since((Unit::Day, POSTGRES_EPOCH_DAY))?.get_days();
        <i32 as Encode<'_, Postgres>>::encode_by_ref(&days, buffer)
    }
}

impl<'r> Decode<'r, Postgres> for Day {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let days = <i32 as Decode<'r, Postgres>>::decode(value)?;
        Ok(Self(
            POSTGRES_EPOCH_DAY.checked_add(i64::from(days).days())?,
        ))
    }
}

/// The columns of a row by name, whichever database it comes from.
pub(super) trait Columns {
    /// A whole number.
    fn int(&self, name: &'static str) -> Result<i64, StoreError>;
    /// A whole number or nothing.
    fn opt_int(&self, name: &'static str) -> Result<Option<i64>, StoreError>;
    /// Text.
    fn text(&self, name: &'static str) -> Result<String, StoreError>;
    /// Text or nothing.
    fn opt_text(&self, name: &'static str) -> Result<Option<String>, StoreError>;
    /// An instant.
    fn at(&self, name: &'static str) -> Result<Timestamp, StoreError>;
    /// An instant or nothing.
    fn opt_at(&self, name: &'static str) -> Result<Option<Timestamp>, StoreError>;
    /// A day or nothing.
    fn opt_day(&self, name: &'static str) -> Result<Option<Date>, StoreError>;
    /// Yes or no.
    fn flag(&self, name: &'static str) -> Result<bool, StoreError>;
    /// Bytes or nothing.
    fn opt_bytes(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError>;
}

macro_rules! columns {
    ($row:ty) => {
        impl Columns for $row {
            fn int(&self, name: &'static str) -> Result<i64, StoreError> {
                self.try_get(name).map_err(from_sqlx)
            }

            fn opt_int(&self, name: &'static str) -> Result<Option<i64>, StoreError> {
                self.try_get(name).map_err(from_sqlx)
            }

            fn text(&self, name: &'static str) -> Result<String, StoreError> {
                self.try_get(name).map_err(from_sqlx)
            }

            fn opt_text(&self, name: &'static str) -> Result<Option<String>, StoreError> {
                self.try_get(name).map_err(from_sqlx)
            }

            fn at(&self, name: &'static str) -> Result<Timestamp, StoreError> {
                self.try_get::<At, _>(name)
                    .map(|at| at.0)
                    .map_err(from_sqlx)
            }

            fn opt_at(&self, name: &'static str) -> Result<Option<Timestamp>, StoreError> {
                self.try_get::<Option<At>, _>(name)
                    .map(|at| at.map(|at| at.0))
                    .map_err(from_sqlx)
            }

            fn opt_day(&self, name: &'static str) -> Result<Option<Date>, StoreError> {
                self.try_get::<Option<Day>, _>(name)
                    .map(|day| day.map(|day| day.0))
                    .map_err(from_sqlx)
            }

            fn flag(&self, name: &'static str) -> Result<bool, StoreError> {
                self.try_get(name).map_err(from_sqlx)
            }

            fn opt_bytes(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
                self.try_get(name).map_err(from_sqlx)
            }
        }
    };
}

columns!(SqliteRow);
columns!(PgRow);
