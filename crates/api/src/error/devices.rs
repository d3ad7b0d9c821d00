//! Devices.

use domain::devices::DeviceError;
use wire::ErrorCode;

use super::ApiError;

impl From<DeviceError> for ApiError {
    fn from(error: DeviceError) -> Self {
        let code = match error {
            DeviceError::Unknown => ErrorCode::ResourceNotFoundException,
            DeviceError::Confirmed => ErrorCode::DeviceKeyExistsException,
            DeviceError::NotOffered | DeviceError::Verifier => ErrorCode::InvalidParameterException,
            DeviceError::NotTracked => ErrorCode::InvalidUserPoolConfigurationException,
        };
        Self::new(code, error.to_string())
    }
}
