package io.github.debertastreams.rules;

import io.github.debertastreams.schemas.registry.RegistryOptions;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one rule, or of a host, by their keys without a prefix. What is wrong with a value is said with the key as it
 * stands in the file. Nothing here is printed as a whole: values may be secrets.
 */
public final class RuleValues implements Serializable {

    private final HashMap<String, String> values;
    private final HashMap<String, String> written;

    /** @param written each key as it stands in the file */
    RuleValues(Map<String, String> values, Map<String, String> written) {
        this.values = new HashMap<>(values);
        this.written = new HashMap<>(written);
    }

    /** The key as it stands in the file; where it does not, as it would. */
    public String name(String key) {
        return written.getOrDefault(key, Rules.PREFIX + key);
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    public @Nullable String get(String key) {
        return values.get(key);
    }

    public String get(String key, String fallback) {
        return values.getOrDefault(key, fallback);
    }

    /** @throws IllegalArgumentException where it is missing */
    public String required(String key) {
        String value = values.get(key);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("key '" + name(key) + "' is missing");
        }
        return value;
    }

    /** @throws IllegalArgumentException where it is no whole number, or less than {@code least} */
    public int integer(String key, int fallback, int least) {
        String value = values.get(key);
        if (value == null) {
            return fallback;
        }
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name(key) + " is '" + value + "', expected a whole number", e);
        }
        if (number < least) {
            throw new IllegalArgumentException(name(key) + " is " + number + ", expected " + least + " or more");
        }
        return number;
    }

    /** @throws IllegalArgumentException where it is neither true nor false */
    public boolean flag(String key, boolean fallback) {
        String value = values.getOrDefault(key, Boolean.toString(fallback));
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(name(key) + " is '" + value + "', expected true or false");
        };
    }

    /** A constant by its name in lower case with hyphens. @throws IllegalArgumentException where no constant has this name */
    public <E extends Enum<E>> E choice(String key, Class<E> type, E fallback) {
        String value = values.get(key);
        if (value == null) {
            return fallback;
        }
        E[] constants = type.getEnumConstants();
        for (E constant : constants) {
            if (spelled(constant).equals(value.toLowerCase(Locale.ROOT))) {
                return constant;
            }
        }
        throw new IllegalArgumentException(name(key) + " is '" + value + "', expected one of "
                + Stream.of(constants).map(RuleValues::spelled).collect(Collectors.joining(", ")));
    }

    /** A constant as it is written in a file. */
    static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Those of these keys that are set. */
    public Map<String, String> subset(Iterable<String> keys) {
        Map<String, String> subset = new HashMap<>();
        for (String key : keys) {
            String value = values.get(key);
            if (value != null) {
                subset.put(key, value);
            }
        }
        return subset;
    }

    /** The settings of a registry. @throws IllegalArgumentException where there is none, or they are wrong */
    RegistryOptions registry() {
        required(RuleKeys.REGISTRY + RegistryOptions.URL);
        Map<String, String> options = new HashMap<>();
        for (String key : RegistryOptions.KEYS.keySet()) {
            String value = values.get(RuleKeys.REGISTRY + key);
            if (value != null) {
                options.put(key, value);
            }
        }
        try {
            return RegistryOptions.from(options);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(Rules.PREFIX + RuleKeys.REGISTRY + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "settings " + values.keySet();
    }
}
