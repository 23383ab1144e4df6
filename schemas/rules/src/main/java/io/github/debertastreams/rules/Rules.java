package io.github.debertastreams.rules;

import io.github.debertastreams.model.NearestName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one properties file, the format that both hosts share.
 *
 * <p>{@code deberta.KEY} is a setting of all rules, {@code deberta.rules} lists their names, and {@code deberta.rule.NAME.KEY} is a
 * setting of one; without {@code deberta.rules} there is one rule. All other keys are for what the host runs on. A value may hold
 * {@code ${env:NAME}} and {@code ${file:/path}}, see {@link Secrets}.
 *
 * @param host the host's own settings
 * @param passThrough keys without the prefix, secrets resolved
 */
public record Rules(List<Rule> rules, RuleValues host, Map<String, String> passThrough) {

    static final String PREFIX = "deberta.";

    /** The name of the only rule where none is named. */
    public static final String ONLY = "default";

    private static final String RULES = "rules";
    private static final String RULE_PREFIX = "rule.";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    public Rules {
        rules = List.copyOf(rules);
        passThrough = Map.copyOf(passThrough);
    }

    /**
     * Reads and checks everything that can be checked without a broker or a model.
     *
     * @throws IllegalArgumentException naming the key, what was found and what was expected
     */
    public static Rules from(Properties properties, HostKeys keys) {
        return from(properties, keys, System::getenv);
    }

    static Rules from(Properties properties, HostKeys keys, UnaryOperator<@Nullable String> environment) {
        Map<String, String> own = new TreeMap<>();
        Map<String, String> passThrough = new TreeMap<>();
        for (String key : properties.stringPropertyNames()) {
            String value = properties.getProperty(key).strip();
            if (key.startsWith(PREFIX)) {
                own.put(key.substring(PREFIX.length()), value);
            } else {
                passThrough.put(key, value);
            }
        }
        Secrets secrets = new Secrets(environment);
        own.replaceAll((key, value) -> secrets.resolve(PREFIX + key, value));
        if (!passThrough.containsKey("config.providers")) { // then such values are for Kafka's own providers
            passThrough.replaceAll(secrets::resolve);
        }
        return new Rules(rules(own, keys), hostValues(own, keys), passThrough);
    }

    private static List<Rule> rules(Map<String, String> own, HostKeys keys) {
        boolean named = own.containsKey(RULES);
        Set<String> names = names(own);
        requireKnown(own, keys, names, named);
        List<Rule> rules = new ArrayList<>();
        for (String name : names) {
            try {
                rules.add(Rule.from(name, values(own, name, keys)));
            } catch (IllegalArgumentException e) {
                throw named ? new IllegalArgumentException("rule '" + name + "': " + e.getMessage(), e) : e;
            }
        }
        return rules;
    }

    private static Set<String> names(Map<String, String> own) {
        String list = own.get(RULES);
        if (list == null) {
            return Set.of(ONLY);
        }
        Set<String> names = new LinkedHashSet<>();
        for (String name : list.split(",", -1)) {
            if (!NAME.matcher(name.strip()).matches()) {
                throw new IllegalArgumentException(PREFIX + RULES + " is '" + list
                        + "', expected names of letters, digits, '-' and '_', by commas");
            }
            if (!names.add(name.strip())) {
                throw new IllegalArgumentException(PREFIX + RULES + " names '" + name.strip() + "' twice");
            }
        }
        return names;
    }

    private static void requireKnown(Map<String, String> own, HostKeys keys, Set<String> names, boolean named) {
        Set<String> ofRules = new TreeSet<>(RuleKeys.KEYS.keySet());
        ofRules.addAll(keys.ofRules().keySet());
        Set<String> known = new TreeSet<>(ofRules);
        known.addAll(keys.ofHost().keySet());
        known.add(RULES);
        for (String key : own.keySet()) {
            if (!key.startsWith(RULE_PREFIX)) {
                requireKnown(PREFIX, key, known);
                continue;
            }
            int dot = key.indexOf('.', RULE_PREFIX.length());
            String name = key.substring(RULE_PREFIX.length(), dot < 0 ? key.length() : dot);
            if (!named || dot < 0 || !names.contains(name)) {
                throw new IllegalArgumentException("key '" + PREFIX + key + "': there is no rule '" + name + "', "
                        + (named
                                ? "did you mean '" + NearestName.of(name, names) + "'? " + PREFIX + RULES + " lists "
                                        + names
                                : PREFIX + RULES + " would list it"));
            }
            requireKnown(PREFIX + RULE_PREFIX + name + ".", key.substring(dot + 1), ofRules);
        }
    }

    private static void requireKnown(String prefix, String key, Set<String> known) {
        if (!known.contains(key)) {
            throw new IllegalArgumentException("unknown key '" + prefix + key + "', did you mean '" + prefix
                    + NearestName.of(key, known) + "'? Known, after '" + prefix + "': " + known);
        }
    }

    /** The settings of one rule: its own before those of all. */
    private static RuleValues values(Map<String, String> own, String name, HostKeys keys) {
        Map<String, String> values = new HashMap<>();
        Map<String, String> written = new HashMap<>();
        String prefix = RULE_PREFIX + name + ".";
        own.forEach((key, value) -> {
            if (!key.startsWith(RULE_PREFIX)
                    && !key.equals(RULES)
                    && !keys.ofHost().containsKey(key)) {
                values.put(key, value);
                written.put(key, PREFIX + key);
            }
        });
        own.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                values.put(key.substring(prefix.length()), value);
                written.put(key.substring(prefix.length()), PREFIX + key);
            }
        });
        return new RuleValues(values, written);
    }

    private static RuleValues hostValues(Map<String, String> own, HostKeys keys) {
        Map<String, String> values = new HashMap<>(own);
        values.keySet().retainAll(keys.ofHost().keySet());
        return new RuleValues(values, Map.of());
    }

    /** Without values, which may be secrets. */
    @Override
    public String toString() {
        return "rules " + rules.stream().map(Rule::name).toList() + ", pass-through "
                + new TreeSet<>(passThrough.keySet());
    }
}
