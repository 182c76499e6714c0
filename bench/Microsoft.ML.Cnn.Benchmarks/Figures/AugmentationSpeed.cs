using System.Globalization;
using Microsoft.ML.Cnn.Benchmarks.Networks;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Benchmarks.Figures;

/// <summary>Images a second of a small VGG that trains with augmentation against one that trains without, in turns.</summary>
internal static class AugmentationSpeed
{
    private const int Side = 32;
    private const int Rows = 2_048;
    private const int Epochs = 2;
    private const int BatchSize = 64;
    private const int Turns = 5;

    private static readonly AugmentationSequence augmentation = [new HorizontalFlip(), new RandomCrop(padding: 4), new RandomErasing()];

    public static int Run(int threads)
    {
        MLContext ml = new(seed: 1);
        IDataView images = ml.Data.LoadFromEnumerable(Image.List());
        Speed plain = default;
        Speed augmented = default;
        for (int turn = 0; turn < Turns; turn++)
        {
            plain = plain.Best(Speed.Of(ml, images, threads, []));
            augmented = augmented.Best(Speed.Of(ml, images, threads, augmentation));
        }

        Print($"small VGG, {Side} x {Side} x 3, batch {BatchSize}, {threads} threads, the best of {Turns} turns");
        Print($"without augmentation      {plain.Wall, 8:0} images/s   {plain.Cpu, 8:0} a second of one core");
        Print($"flip, crop and erasing    {augmented.Wall, 8:0} images/s   {augmented.Cpu, 8:0} a second of one core");
        Print($"augmented / plain         {augmented.Wall / plain.Wall, 8:0.000} x          {augmented.Cpu / plain.Cpu, 8:0.000} x");
        return 0;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>Images a second: of an epoch on the wall, and of a whole training on all cores together, by the CPU time that it took.</summary>
    private readonly record struct Speed(double Wall, double Cpu)
    {
        public static Speed Of(MLContext ml, IDataView images, int threads, AugmentationSequence augmentation)
        {
            double wall = 0;
            Usage usage = Usage.Of(() =>
                ml
                    .MulticlassClassification.Trainers.Cnn(
                        new CnnMulticlassTrainer.Options
                        {
                            Network = SmallVgg.Create(),
                            Augmentation = augmentation,
                            Epoch = Epochs,
                            BatchSize = BatchSize,
                            LearningRate = 0.001f,
                            Threads = threads,
                            Seed = 1,
                            MetricsCallback = epoch => wall = Math.Max(wall, epoch.ImagesPerSecond),
                        }
                    )
                    .Fit(images)
            );
            return new Speed(wall, Epochs * Rows / usage.Cpu);
        }

        public Speed Best(Speed other) => new(Math.Max(Wall, other.Wall), Math.Max(Cpu, other.Cpu));
    }

    private sealed class Image
    {
        [VectorType(Side, Side, 3)]
        public float[] Features { get; set; } = [];

        [KeyType(BarePlans.Classes)]
        public uint Label { get; set; }

        public static List<Image> List()
        {
            Random random = new(1);
            return
            [
                .. Enumerable
                    .Range(0, Rows)
                    .Select(row => new Image
                    {
                        Features = [.. Enumerable.Range(0, Side * Side * 3).Select(_ => (float)random.Next(256))],
                        Label = (uint)(row % BarePlans.Classes) + 1,
                    }),
            ];
        }
    }
}
