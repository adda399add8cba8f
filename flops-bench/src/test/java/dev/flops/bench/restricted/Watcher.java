package dev.flops.bench.restricted;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.lang.reflect.AccessFlag;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An agent that lets every way to a file, a socket, a process, a thread or a system property throw a {@link SecurityException}, when
 * the thread that takes it is called {@code watched}. It depends on java.base and java.instrument alone.
 */
public final class Watcher implements ClassFileTransformer {
    private static final String WATCHED = "watched";
    private static final ClassDesc THREAD = ClassDesc.of("java.lang.Thread");
    private static final ClassDesc REFUSAL = ClassDesc.of("java.lang.SecurityException");

    /**
     * Methods by class. A file channel is refused as soon as the system has opened its file, all others before anything happened: either
     * way it is seen.
     */
    private static final Map<String, Set<String>> WAYS = Map.ofEntries(
            Map.entry("java/io/FileInputStream", Set.of("open")),
            Map.entry("java/io/FileOutputStream", Set.of("open")),
            Map.entry("java/io/RandomAccessFile", Set.of("open")),
            Map.entry("sun/nio/ch/FileChannelImpl", Set.of("open")),
            Map.entry("sun/nio/ch/Net", Set.of("socket", "serverSocket")),
            Map.entry("java/net/Socket", Set.of("connect")),
            Map.entry("java/net/ServerSocket", Set.of("bind")),
            Map.entry("java/lang/Thread", Set.of("start")),
            Map.entry("java/lang/ThreadBuilders", Set.of("newVirtualThread")),
            Map.entry("java/lang/ProcessBuilder", Set.of("start")),
            Map.entry("java/lang/System", Set.of("setProperty", "clearProperty", "setProperties")));

    /** Classes that a JVM without network or processes may load late, or not at all. */
    private static final List<String> LATE = List.of(
            "java.io.RandomAccessFile",
            "sun.nio.ch.FileChannelImpl",
            "sun.nio.ch.Net",
            "java.net.Socket",
            "java.net.ServerSocket",
            "java.lang.ThreadBuilders",
            "java.lang.ProcessBuilder");

    private Watcher() {}

    /**
     * Begins to watch.
     *
     * @param args not used
     * @param instrumentation of this JVM
     * @throws ReflectiveOperationException if a class is missing in this JVM: a way would not be watched
     * @throws UnmodifiableClassException if a class cannot be changed
     */
    public static void premain(String args, Instrumentation instrumentation)
            throws ReflectiveOperationException, UnmodifiableClassException {
        for (String name : LATE) {
            Class.forName(name);
        }
        instrumentation.addTransformer(new Watcher(), true);
        for (String name : WAYS.keySet()) {
            instrumentation.retransformClasses(Class.forName(name.replace('/', '.')));
        }
    }

    @Override
    public byte[] transform(
            ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain, byte[] classFile) {
        Set<String> methods = WAYS.get(name);
        if (methods == null) {
            return null;
        }
        ClassFile file = ClassFile.of();
        ClassModel model = file.parse(classFile);
        if (!model.methods().stream()
                .map(method -> method.methodName().stringValue())
                .toList()
                .containsAll(methods)) {
            throw new IllegalStateException(name + " has not all of " + methods);
        }
        return file.transformClass(
                model,
                ClassTransform.transformingMethodBodies(
                        method -> methods.contains(method.methodName().stringValue())
                                && !method.flags().has(AccessFlag.NATIVE),
                        new Refusal(name)));
    }

    /** Throws at the start of a method if the thread is watched. */
    private static final class Refusal implements CodeTransform {
        private final String way;

        Refusal(String way) {
            this.way = way;
        }

        @Override
        public void atStart(CodeBuilder code) {
            code.invokestatic(THREAD, "currentThread", MethodTypeDesc.of(THREAD))
                    .invokevirtual(THREAD, "getName", MethodTypeDesc.of(ConstantDescs.CD_String))
                    .ldc(WATCHED)
                    .invokevirtual(
                            ConstantDescs.CD_String,
                            "equals",
                            MethodTypeDesc.of(ConstantDescs.CD_boolean, ConstantDescs.CD_Object))
                    .ifThen(refuse -> refuse.new_(REFUSAL)
                            .dup()
                            .ldc("refused: " + way)
                            .invokespecial(
                                    REFUSAL,
                                    ConstantDescs.INIT_NAME,
                                    MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String))
                            .athrow());
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    }
}
