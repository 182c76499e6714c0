using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Optimizers;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Benchmarks.Kernels;

/// <summary>A kernel that is bound by memory where it is at its best.</summary>
/// <param name="Bytes">Read and written by a run.</param>
/// <param name="Run">Runs it.</param>
/// <param name="Plain">Reads and writes as many, and nothing else.</param>
/// <param name="Memory">What both work on.</param>
internal sealed record MemoryKernel(double Bytes, Action Run, Func<float> Plain, KernelMemory Memory);

/// <summary>Creates such a kernel.</summary>
/// <param name="bytes">Memory that it works on.</param>
/// <param name="name">One of <see cref="Names"/>.</param>
internal sealed class MemoryKernels(long bytes, string name) : IVectorFactory<MemoryKernel>
{
    private const string MaxPool2 = "max pooling 2 x 2";
    private const string MaxPool2Back = "max pooling 2 x 2, back";
    private const string MaxPool3 = "max pooling 3 x 3 / 2";
    private const string MaxPool3Back = "max pooling 3 x 3 / 2, back";
    private const string AveragePool2 = "average pooling 2 x 2";
    private const string AveragePool2Back = "average pooling 2 x 2, back";
    private const string Dropout = "dropout";
    private const string SoftmaxLoss = "softmax cross-entropy, 1000 classes";
    private const string LocalResponse = "response normalization";
    private const string LocalResponseBack = "response normalization, back";
    private const string BatchMoments = "batch normalization, moments";
    private const string BatchNormalize = "batch normalization and ReLU";
    private const string BatchSums = "batch normalization, sums back";
    private const string BatchBack = "batch normalization, back";
    private const string Leaky = "leaky ReLU";
    private const string Rectify = "ReLU, back";
    private const string Tanh = "tanh";
    private const string Sum = "sum of two";
    private const string Momentum = "SGD with momentum";
    private const string Adam = "Adam";

    public static IReadOnlyList<string> Names { get; } =
    [
        MaxPool2,
        MaxPool2Back,
        MaxPool3,
        MaxPool3Back,
        AveragePool2,
        AveragePool2Back,
        Dropout,
        SoftmaxLoss,
        LocalResponse,
        LocalResponseBack,
        BatchMoments,
        BatchNormalize,
        BatchSums,
        BatchBack,
        Leaky,
        Rectify,
        Tanh,
        Sum,
        Momentum,
        Adam,
    ];

    public MemoryKernel Create<V>()
        where V : struct, IVector<V> =>
        name switch
        {
            MaxPool2 => Pooling<V>(kernel: 2, PoolMax<V>),
            MaxPool2Back => PoolingBack<V>(kernel: 2, PoolMaxBack<V>),
            MaxPool3 => Pooling<V>(kernel: 3, PoolMax<V>),
            MaxPool3Back => PoolingBack<V>(kernel: 3, PoolMaxBack<V>),
            AveragePool2 => Pooling<V>(
                kernel: 2,
                (Planes x, Planes y, in WindowGeometry window) => AveragePooling.Forward<V>(x, y, window, countPadding: true)
            ),
            AveragePool2Back => AverageBack<V>(),
            SoftmaxLoss => Softmax<V>(),
            Momentum => Descend<V>(moments: 1),
            Adam => Descend<V>(moments: 2),
            _ => Elements<V>(),
        };

    private delegate void Pool(Planes x, Planes y, in WindowGeometry window);

    private delegate void PoolBack(Planes x, Planes y, Planes dy, Planes dx, in WindowGeometry window);

    private static void PoolMax<V>(Planes x, Planes y, in WindowGeometry window)
        where V : struct, IVector<V> => MaxPooling.Forward<V>(x, y, window, floor: 0);

    private static void PoolMaxBack<V>(Planes x, Planes y, Planes dy, Planes dx, in WindowGeometry window)
        where V : struct, IVector<V> => MaxPooling.Backward<V>(x, y, dy, dx, window, floor: 0);

    private MemoryKernel Pooling<V>(int kernel, Pool pool)
        where V : struct, IVector<V>
    {
        PooledImages images = PooledImages.Of(kernel, bytes, inputs: 1, outputs: 1);
        (Planes x, Planes y) = (images.Input(), images.Output());
        return Of<V>(new(images.Inputs, images.Outputs, 0), images.Memory, () => pool(x, y, images.Window));
    }

    private MemoryKernel PoolingBack<V>(int kernel, PoolBack pool)
        where V : struct, IVector<V>
    {
        PooledImages images = PooledImages.Of(kernel, bytes, inputs: 2, outputs: 2);
        (Planes x, Planes y, Planes dy, Planes dx) = (images.Input(), images.Output(), images.Output(), images.Input());
        PoolMax<V>(x, y, images.Window);
        return Of<V>(new(images.Inputs + 2 * images.Outputs, images.Inputs, 0), images.Memory, () => pool(x, y, dy, dx, images.Window));
    }

    private MemoryKernel AverageBack<V>()
        where V : struct, IVector<V>
    {
        PooledImages images = PooledImages.Of(kernel: 2, bytes, inputs: 1, outputs: 1);
        (Planes dx, Planes dy) = (images.Input(), images.Output());
        return Of<V>(
            new(images.Outputs, images.Inputs, 0),
            images.Memory,
            () => AveragePooling.Backward<V>(dy, dx, images.Window, countPadding: true)
        );
    }

    private unsafe MemoryKernel Softmax<V>()
        where V : struct, IVector<V>
    {
        const int Classes = 1000;
        KernelMemory memory = new();
        int rows = (int)(bytes / sizeof(float) / 2 / Classes);
        long length = (long)rows * Classes;
        float* logits = memory.Random(length);
        float* gradients = memory.Random(length);
        int* labels = (int*)memory.Zeros(rows);
        return Of<V>(
            new(length, length, 0),
            memory,
            () =>
                SoftmaxCrossEntropyKernel.Run<V>(
                    rows,
                    Classes,
                    logits,
                    Classes,
                    new ClassLabels(labels, null),
                    1f / rows,
                    gradients,
                    Classes
                )
        );
    }

    private unsafe MemoryKernel Descend<V>(int moments)
        where V : struct, IVector<V>
    {
        KernelMemory memory = new();
        int length = (int)(bytes / sizeof(float) / (2 + moments)) / V.Count * V.Count;
        float* parameters = memory.Random(length);
        float* gradients = memory.Random(length);
        float* first = memory.Zeros(length);
        float* second = moments > 1 ? memory.Zeros(length) : null;
        Action run =
            moments > 1
                ? () =>
                    Descent.Run<V, AdamDescent>(
                        new(parameters, gradients, first, second, new AdamStep(0.9f, 0.999f, 1e-8f, 1e-3f, 1, 0, 1)),
                        length
                    )
                : () =>
                    Descent.Run<V, MomentumDescent<AlongVelocity>>(
                        new(parameters, gradients, first, new MomentumStep(1e-4f, 0.9f, 1, 1e-3f)),
                        length
                    );
        return Of<V>(new(length, 0, (1 + moments) * (long)length), memory, run);
    }

    private unsafe MemoryKernel Elements<V>()
        where V : struct, IVector<V>
    {
        const int Side = 16,
            Channels = 96;
        const Layout Lanes = Layout.Channels;
        int arrays = name switch
        {
            BatchMoments => 1,
            LocalResponseBack => 4,
            LocalResponse or BatchBack or Sum => 3,
            _ => 2,
        };
        KernelMemory memory = new();
        int images = (int)(bytes / sizeof(float) / arrays / (Side * Side * Channels));
        long n = (long)images * Side * Side * Channels;
        Planes[] planes = [.. Enumerable.Range(0, arrays).Select(_ => memory.Planes(images, Side, Side, Channels))];
        (Planes a, Planes b, Planes c) = (planes[0], planes[^Math.Min(2, arrays)], planes[^1]);
        ChannelTerms terms = new()
        {
            Center = memory.Zeros(Channels),
            Scale = memory.Random(Channels),
            Bias = memory.Random(Channels),
            Slope = memory.Random(Channels),
            Shift = memory.Random(Channels),
        };
        double* sums = (double*)memory.Zeros(4 * Channels);
        MemoryTraffic map = new(n, n, 0);
        ResponseNormalization response = new(5, 2, 1e-4f, 0.75f);
        float* scratch = memory.Zeros(LocalResponseNormalizationKernel.ScratchLength<V>(Lanes, Channels, response));
        (MemoryTraffic Traffic, Action Run) elements = name switch
        {
            Dropout => (
                map,
                () => DropoutKernel.Apply<V>(Lanes, Channels, a, c, rate: 0.5f, new DropoutNumbers(1, FirstImage: 0, (uint)images))
            ),
            Leaky => (map, () => Activation.Forward<V, LeakyReLUFunction>(a, c, new(0.1f))),
            Tanh => (map, () => Activation.Forward<V, TanhFunction>(a, c)),
            BatchNormalize => (map, () => BatchNormalizationKernel.Forward<V, ReLUFunction>(Lanes, Channels, a, c, terms)),
            Rectify => (new MemoryTraffic(n, 0, n), () => Activation.Rectify<V>(a, c)),
            Sum => (new MemoryTraffic(2 * n, n, 0), () => Addition.Run<V>(a, b, c, rectify: true)),
            BatchMoments => (new MemoryTraffic(n, 0, 0), () => BatchNormalizationKernel.Statistics<V>(Lanes, Channels, images, a, sums)),
            BatchSums => (
                new MemoryTraffic(2 * n, 0, 0),
                () => BatchNormalizationKernel.GradientSums<V, ReLUFunction>(Lanes, Channels, images, a, c, terms, sums, sums + Channels)
            ),
            BatchBack => (
                new MemoryTraffic(2 * n, n, 0),
                () => BatchNormalizationKernel.Backward<V, ReLUFunction>(Lanes, Channels, images, a, b, c, terms)
            ),
            LocalResponse => (
                new MemoryTraffic(n, 2 * n, 0),
                () => LocalResponseNormalizationKernel.Forward<V>(Lanes, Channels, a, b, c, response, scratch)
            ),
            LocalResponseBack => (
                new MemoryTraffic(3 * n, n, 0),
                () => LocalResponseNormalizationKernel.Backward<V>(Lanes, Channels, a, planes[1], c, planes[2], response, scratch)
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such kernel."),
        };
        return Of<V>(elements.Traffic, memory, elements.Run);
    }

    private static MemoryKernel Of<V>(MemoryTraffic traffic, KernelMemory memory, Action run)
        where V : struct, IVector<V> => new(traffic.Bytes, run, traffic.In<V>(memory), memory);
}
