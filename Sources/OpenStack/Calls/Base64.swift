#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

package func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
