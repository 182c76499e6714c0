using System.Reflection;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Training;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Tests.Training.Checkpoints;

public sealed class CheckpointRefusalTests
{
    private static readonly TrainingSettings settings = new()
    {
        Epochs = 2,
        BatchSize = 16,
        Threads = 1,
        Seed = 3,
    };

    [Fact]
    public void Other_data_are_refused_and_the_checkpoint_stays()
    {
        using InterruptedTraining training = new(settings, canShuffle: true, validates: false);
        Assert.Null(training.GoOn(questions: 10));
        byte[] before = File.ReadAllBytes(training.LastFile);

        CnnCheckpointException refusal = Assert.Throws<CnnCheckpointException>(() => training.GoOn(data: "triangles"));

        Assert.Contains("its data is quadrants, now it is triangles", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("ResumePolicy.StartOver", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(training.LastFile));
    }

    [Fact]
    public void Whatever_weights_follow_from_tells_trainings_apart()
    {
        TrainingIdentity identity = Identity(settings);
        TrainingSettings[] others =
        [
            settings with
            {
                Epochs = 3,
            },
            settings with
            {
                BatchSize = 8,
            },
            settings with
            {
                LearningRate = 0.02f,
            },
            settings with
            {
                Optimizer = new Sgd(momentum: 0.8f),
            },
            settings with
            {
                Optimizer = new AdamW(),
            },
            settings with
            {
                Schedule = LearningRateSchedule.Cosine(1e-5f),
            },
            settings with
            {
                Seed = 4,
            },
            settings with
            {
                Augmentation = [new HorizontalFlip()],
            },
            settings with
            {
                MixUp = 0.2f,
            },
            settings with
            {
                Clipping = new ClipByNorm(1),
            },
            settings with
            {
                EarlyStopping = new EarlyStopping(),
            },
            settings with
            {
                Optimizer = new Sgd { RateInVelocity = true },
            },
            settings with
            {
                ShuffleBufferRows = 10,
            },
        ];
        Assert.All(others, other => Refuse(Identity(other), identity, ResumePolicy.AnyMachine));
        Refuse(Identity(settings, seed: 2), identity, ResumePolicy.AnyMachine);
        Refuse(
            Identity(settings, network: Network.Sequential([.. Quadrants.Network.Layers, new Microsoft.ML.Cnn.Layers.Tanh()])),
            identity,
            ResumePolicy.AnyMachine
        );
        identity.Require(
            Identity(settings with { Threads = 7, CancellationToken = new CancellationToken(true) }),
            ResumePolicy.SameBits,
            ""
        );
    }

    [Fact]
    public void Another_instruction_set_or_plan_is_refused_unless_asked_for()
    {
        TrainingIdentity identity = Identity(settings);
        foreach (
            TrainingIdentity other in new[]
            {
                Identity(settings with { InstructionSet = InstructionSet.Scalar }),
                Identity(settings, plan: "another"),
            }
        )
        {
            string message = Refuse(other, identity, ResumePolicy.SameBits);
            Assert.Contains("ResumePolicy.AnyMachine", message, StringComparison.Ordinal);
            identity.Require(other, ResumePolicy.AnyMachine, "");
        }
    }

    [Fact]
    public void Every_setting_is_part_of_the_identity_or_said_not_to_be()
    {
        string[] free =
        [
            "Threads",
            "InstructionSet",
            "CancellationToken",
            "IsCanceled",
            "EpochCompleted",
            "Checkpoints",
            "Progressed",
            "ProgressInterval",
            "Log",
        ];
        Assert.Equal(
            free.Order(),
            typeof(TrainingSettings)
                .GetProperties()
                .Where(property => property.GetCustomAttribute<NotOfIdentityAttribute>() is not null)
                .Select(property => property.Name)
                .Order()
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(200)]
    [InlineData(-1)]
    public void A_damaged_checkpoint_is_refused(int position)
    {
        using InterruptedTraining training = new(settings, canShuffle: true, validates: false);
        Assert.Null(training.GoOn(questions: 10));
        byte[] bytes = File.ReadAllBytes(training.LastFile);
        bytes[position < 0 ? bytes.Length - 40 : position] ^= 0x10;
        File.WriteAllBytes(training.LastFile, bytes);
        Assert.Throws<CnnCheckpointException>(() => training.GoOn());

        File.WriteAllBytes(training.LastFile, bytes[..(bytes.Length / 2)]);
        Assert.Throws<CnnCheckpointException>(() => training.GoOn());
        Assert.NotNull(training.GoOn(resume: ResumePolicy.StartOver));
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_stops_training_with_what_is_the_matter()
    {
        InterruptedTraining? training = null;
        using (
            training = new InterruptedTraining(
                settings with
                {
                    EpochCompleted = _ =>
                    {
                        File.Delete(training!.LastFile);
                        Directory.CreateDirectory(training.LastFile);
                    },
                },
                canShuffle: true,
                validates: false
            )
        )
        {
            CnnCheckpointException refusal = Assert.Throws<CnnCheckpointException>(() => training.GoOn());
            Assert.Contains("could not be written", refusal.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFiles(training.Folder, "*.unfinished"));
        }
    }

    private static string Refuse(TrainingIdentity other, TrainingIdentity identity, ResumePolicy policy) =>
        Assert.Throws<CnnCheckpointException>(() => identity.Require(other, policy, "file")).Message;

    private static TrainingIdentity Identity(TrainingSettings settings, int seed = 1, Network? network = null, string plan = "plan")
    {
        Network own = network ?? Quadrants.Network;
        return IdentityOfTraining.Of([], Quadrants.Describe(own), ParameterStore.Initialize(own, Quadrants.Shape, seed), settings, plan);
    }
}
