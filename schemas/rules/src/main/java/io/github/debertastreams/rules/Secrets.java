package io.github.debertastreams.rules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Values that do not stand in the file: {@code ${env:NAME}} is the environment's, {@code ${file:/path}} a file's text without white
 * space around it. What they resolve to is never printed, nor is the value of a key that is called like a secret.
 */
public final class Secrets {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):([^}]*)}");
    private static final Pattern SECRET_KEY =
            Pattern.compile("password|secret|token|jaas|credential|auth|passphrase|\\.key$", Pattern.CASE_INSENSITIVE);
    private static final String HIDDEN = "[hidden]";

    private final UnaryOperator<@Nullable String> environment;

    Secrets(UnaryOperator<@Nullable String> environment) {
        this.environment = environment;
    }

    /** The settings of a file in order, for people: references as they were written, other secrets hidden. */
    public static SortedMap<String, String> hidden(Properties properties) {
        SortedMap<String, String> shown = new TreeMap<>();
        for (String key : properties.stringPropertyNames()) {
            String value = properties.getProperty(key).strip();
            boolean secret =
                    SECRET_KEY.matcher(key).find() && !REFERENCE.matcher(value).matches();
            shown.put(key, secret ? HIDDEN : value);
        }
        return shown;
    }

    /** @throws IllegalArgumentException where a reference leads nowhere; the message never holds a value */
    String resolve(String key, String value) {
        Matcher matcher = REFERENCE.matcher(value);
        StringBuilder resolved = new StringBuilder();
        while (matcher.find()) {
            String found =
                    matcher.group(1).equals("env") ? variable(key, matcher.group(2)) : file(key, matcher.group(2));
            matcher.appendReplacement(resolved, Matcher.quoteReplacement(found));
        }
        return matcher.appendTail(resolved).toString();
    }

    private String variable(String key, String name) {
        String found = environment.apply(name);
        if (found == null) {
            throw new IllegalArgumentException(key + ": the environment has no variable " + name);
        }
        return found;
    }

    private static String file(String key, String path) {
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(
                    key + ": cannot read the file " + path + ": " + e.getClass().getSimpleName(), e);
        }
    }
}
