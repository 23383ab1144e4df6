package io.github.debertastreams.rules;

import io.github.debertastreams.model.ModelOptions;
import java.io.Serializable;

/**
 * One way from a topic through a model to another topic. Travels with a job; the model's options are read where it is opened,
 * because the default of {@code workers} is that machine's.
 *
 * @param name tells rules apart, in names of stores and operators and in metrics
 * @param values all settings of the rule, the host's own among them
 */
public record Rule(String name, RuleInput input, RuleOutput output, ErrorPolicy errors, RuleValues values)
        implements Serializable {

    static Rule from(String name, RuleValues values) {
        Rule rule = new Rule(name, RuleInput.from(values), RuleOutput.from(values), ErrorPolicy.from(values), values);
        refuseLoop(rule.input.topic(), RuleKeys.OUTPUT_TOPIC, values);
        refuseLoop(rule.input.topic(), RuleKeys.DEAD_LETTER_TOPIC, values);
        values.required("model");
        rule.modelOptions(); // refuses what cannot be read
        return rule;
    }

    private static void refuseLoop(String input, String key, RuleValues values) {
        if (input.equals(values.get(key))) {
            throw new IllegalArgumentException(values.name(key) + " is '" + input + "', as "
                    + values.name(RuleKeys.INPUT_TOPIC) + " is: what is written would be read again, without an end");
        }
    }

    /** How the model is opened and batched on this machine. */
    public ModelOptions modelOptions() {
        return ModelOptions.from(values.subset(ModelOptions.KEYS.keySet()));
    }
}
