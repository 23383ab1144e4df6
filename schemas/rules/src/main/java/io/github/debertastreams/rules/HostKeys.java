package io.github.debertastreams.rules;

import java.util.Map;

/**
 * The keys that a host knows beside those of every rule, without their prefix, with what they mean and their defaults.
 *
 * @param ofRules keys that may differ from rule to rule, such as {@code max.pending}
 * @param ofHost keys of the host as a whole, such as {@code http.port}
 */
public record HostKeys(Map<String, String> ofRules, Map<String, String> ofHost) {

    public HostKeys {
        ofRules = Map.copyOf(ofRules);
        ofHost = Map.copyOf(ofHost);
    }
}
