package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.ModelOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options of a model as flags of a command: {@code top.k} is {@code --top-k}; {@code --model} is {@link ModelOption}. */
final class ModelFlags {

    private static final String MODEL = "model";
    private static final String WORKERS = "workers";

    private ModelFlags() {}

    /** Adds a flag for every option; a flag without a value means true where that is one. */
    static void addTo(CommandSpec command) {
        for (ModelOptions.Option option : ModelOptions.OPTIONS) {
            if (option.key().equals(MODEL)) {
                continue;
            }
            OptionSpec.Builder flag = OptionSpec.builder(names(option.key()))
                    .type(String.class)
                    .paramLabel("VALUE")
                    .description(option.meaning() + ".");
            if (option.isFlag()) {
                flag.arity("0..1").fallbackValue("true");
            }
            command.addOption(flag.build());
        }
    }

    /**
     * What was given on the command line.
     *
     * @throws CommandException for a value that cannot be read, naming its flag
     */
    static ModelOptions read(Path model, ParseResult parsed) {
        Map<String, String> values = new HashMap<>();
        values.put(MODEL, model.toString());
        for (String key : ModelOptions.KEYS.keySet()) {
            String value = key.equals(MODEL) ? null : parsed.matchedOptionValue(flag(key), null);
            if (value != null) {
                values.put(key, value);
            }
        }
        try {
            return ModelOptions.from(values);
        } catch (IllegalArgumentException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    private static String[] names(String key) {
        return key.equals(WORKERS) ? new String[] {flag(key), "--threads"} : new String[] {flag(key)};
    }

    private static String flag(String key) {
        return "--" + key.replace('.', '-');
    }
}
