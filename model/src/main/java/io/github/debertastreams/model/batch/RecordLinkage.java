package io.github.debertastreams.model.batch;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;

/**
 * What Java itself remembers of records. The method handles by which {@link ObjectMethods} makes {@code equals}, {@code hashCode} and
 * {@code toString} keep the last type that each was adapted to (JDK 17), and so the class loader of the job that linked a record last:
 * up to one for each handle, for as long as the JVM lives.
 */
final class RecordLinkage {

    private RecordLinkage() {}

    /** Links the three methods of a type of Java's own, which takes the place of ours. */
    static void release() {
        MethodHandle getter = MethodHandles.identity(String.class);
        link("equals", MethodType.methodType(boolean.class, String.class, Object.class), getter);
        link("hashCode", MethodType.methodType(int.class, String.class), getter);
        link("toString", MethodType.methodType(String.class, String.class), getter);
    }

    private static void link(String method, MethodType type, MethodHandle getter) {
        try {
            ObjectMethods.bootstrap(MethodHandles.lookup(), method, type, String.class, "value", getter);
        } catch (Throwable e) { // what the signature says; nothing of this can fail
            throw new LinkageError(method, e);
        }
    }
}
