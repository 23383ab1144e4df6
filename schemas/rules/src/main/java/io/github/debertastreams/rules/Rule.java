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
        values.required("model");
        rule.modelOptions(); // refuses what cannot be read
        return rule;
    }

    /** How the model is opened and batched on this machine. */
    public ModelOptions modelOptions() {
        return ModelOptions.from(values.subset(ModelOptions.KEYS.keySet()));
    }
}
