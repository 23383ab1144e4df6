package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.ModelOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The options of a model as flags of a command: {@code top.k} is {@code --top-k}; {@code --model} is {@link ModelOption}. */
final class ModelFlags {

    private static final String MODEL = "model";
    private static final String WARM_UP = "warm.up";
    private static final String WORKERS = "workers";

    private ModelFlags() {}

    /** Adds a flag for every option but the model; one that is true or false has no value, and is true where it is given. */
    static void addTo(CommandSpec command) {
        for (ModelOptions.Option option : ModelOptions.OPTIONS) {
            if (option.key().equals(MODEL)) {
                continue;
            }
            OptionSpec.Builder flag = OptionSpec.builder(names(option.key())).description(option.meaning() + ".");
            if (option.isFlag()) {
                flag.type(Boolean.class).arity("0"); // a value could not be told from a text
            } else {
                flag.type(String.class).paramLabel("VALUE");
            }
            command.addOption(flag.build());
        }
    }

    /**
     * What was given on the command line.
     *
     * @throws ParameterException for a value that cannot be read, naming its option
     */
    static ModelOptions read(Path model, ParseResult parsed) {
        Map<String, String> values = new HashMap<>();
        values.put(MODEL, model.toString());
        values.put(WARM_UP, "false"); // a command is over soon
        for (String key : ModelOptions.KEYS.keySet()) {
            Object value = key.equals(MODEL) ? null : parsed.matchedOptionValue(flag(key), null);
            if (value != null) {
                values.put(key, value.toString());
            }
        }
        try {
            return ModelOptions.from(values);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(parsed.commandSpec().commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static String[] names(String key) {
        return key.equals(WORKERS) ? new String[] {flag(key), "--threads"} : new String[] {flag(key)};
    }

    private static String flag(String key) {
        return "--" + key.replace('.', '-');
    }
}
