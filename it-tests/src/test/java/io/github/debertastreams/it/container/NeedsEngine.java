package io.github.debertastreams.it.container;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test of profile {@code it} that is skipped, with a line that says so, where no container engine answers. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("containers")
@ExtendWith(NeedsEngine.Condition.class)
@interface NeedsEngine {

    /** Asks {@code docker info}, since the images and the compose file are started with the same command. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (context.getTestMethod().isPresent() || Docker.answers()) {
                return ConditionEvaluationResult.enabled("a container engine answers");
            }
            String reason = "no container engine answers `docker info`: " + context.getDisplayName() + " is skipped";
            System.out.println(reason);
            return ConditionEvaluationResult.disabled(reason);
        }
    }
}
