/// How far a transaction or posting is confirmed.
package enum TextStatus: UInt8, Hashable, Sendable {
    case unmarked
    /// `!`
    case pending
    /// `*`
    case cleared
}
