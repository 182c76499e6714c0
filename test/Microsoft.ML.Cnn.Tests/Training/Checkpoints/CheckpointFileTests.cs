using System.Text;
using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Tests.Training.Checkpoints;

public sealed class CheckpointFileTests : IDisposable
{
    private static readonly CnnTrainingMetrics metrics = new(1, 9, 1, 0.5, double.NaN, 0.25, 0.1f, 1, 1, TimeSpan.Zero)
    {
        ValidationRootMeanSquaredError = double.PositiveInfinity,
    };

    private readonly TemporaryFolder folder = new();

    private string File => folder.PathOf("last.checkpoint");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Metrics_that_are_no_finite_numbers_are_kept_as_they_are()
    {
        Write();
        CheckpointHeader header = CheckpointFile.Read(File, _ => []);
        Assert.Equal(metrics, header.Epochs.Single());
        Assert.Equal(7, CheckpointFile.ReadHeader(File).Seed);
    }

    [Fact]
    public void What_is_no_checkpoint_is_refused_with_its_path_and_what_would_work()
    {
        Write();
        byte[] whole = System.IO.File.ReadAllBytes(File);
        Refused("does not begin as one does", [.. Encoding.UTF8.GetBytes("A text, which is longer than a header."), .. new byte[99]]);
        Refused("newer version", Changed(8, 2));
        Refused("its format is said to be 0", Changed(8, 0));
        Refused("its description is said to take", Changed(15, 0x70));
        Refused("beyond the end", whole[..10]);

        byte[] Changed(int position, byte value)
        {
            byte[] bytes = [.. whole];
            bytes[position] = value;
            return bytes;
        }
    }

    [Fact]
    public void Damage_is_told_as_damage_even_where_it_makes_it_look_like_another_training()
    {
        Write();
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        int identity = bytes.AsSpan().IndexOf("quadrants"u8);
        bytes[identity]++;
        System.IO.File.WriteAllBytes(File, bytes);
        CnnCheckpointException refusal = Assert.Throws<CnnCheckpointException>(() =>
            CheckpointFile.Read(
                File,
                _ =>
                {
                    Assert.Fail("Nothing of a damaged file is believed.");
                    return [];
                }
            )
        );
        Assert.Contains("checksum", refusal.Message, StringComparison.Ordinal);
    }

    private void Refused(string why, byte[] content)
    {
        System.IO.File.WriteAllBytes(File, content);
        foreach (Action read in new Action[] { () => CheckpointFile.Read(File, _ => []), () => CheckpointFile.ReadHeader(File) })
        {
            string message = Assert.Throws<CnnCheckpointException>(read).Message;
            Assert.Contains($"'{File}'", message, StringComparison.Ordinal);
            Assert.Contains(why, message, StringComparison.Ordinal);
            Assert.Contains("What would work", message, StringComparison.Ordinal);
        }
    }

    private void Write()
    {
        TrainingIdentity identity = new([new IdentityPart("data", "quadrants")], []);
        using FileStream stream = System.IO.File.Create(File);
        CheckpointFile.Write(stream, new CheckpointHeader(identity, Seed: 7, default, [metrics], []), []);
    }
}
