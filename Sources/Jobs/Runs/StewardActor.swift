/// Names in events that are no accounts of people.
package enum StewardActor {
    /// As whom the daemon acts.
    package static let daemon = "daemon"
}
