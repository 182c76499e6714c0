using Microsoft.ML.Cnn.Tests.Testing;
using Microsoft.ML.Cnn.Training.Checkpoints;

namespace Microsoft.ML.Cnn.Tests.Training.Checkpoints;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_is_made_with_the_folders_above_it()
    {
        string path = folder.PathOf("a/b");
        using (CheckpointFolder.Open(path))
        {
            Assert.True(Directory.Exists(path));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(path));
    }

    [Fact]
    public void One_training_uses_it_at_a_time()
    {
        using (CheckpointFolder.Open(folder.Path))
        {
            CnnCheckpointException refusal = Assert.Throws<CnnCheckpointException>(() => CheckpointFolder.Open(folder.Path));
            Assert.Contains("in use by another training", refusal.Message, StringComparison.Ordinal);
        }

        CheckpointFolder.Open(folder.Path).Dispose();
    }

    [Fact]
    public void Only_a_file_that_another_has_open_is_in_use()
    {
        string file = folder.PathOf("held");
        using FileStream held = new(file, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        Assert.True(CheckpointFolder.IsInUse(Assert.ThrowsAny<IOException>(() => File.Open(file, FileMode.Open, FileAccess.Read))));
        Assert.False(CheckpointFolder.IsInUse(Assert.ThrowsAny<IOException>(() => File.OpenRead(folder.PathOf("none")))));
        Assert.False(CheckpointFolder.IsInUse(new IOException("No space left on device", 28)));
    }

    [Fact]
    public void A_lock_that_a_killed_process_left_does_not_matter()
    {
        File.WriteAllText(folder.PathOf(".lock"), "");
        CheckpointFolder.Open(folder.Path).Dispose();
    }

    [Fact]
    public void What_a_killed_process_was_writing_is_cleared_away()
    {
        File.WriteAllText(folder.PathOf(".last.checkpoint.abc.unfinished"), "half");
        File.WriteAllText(folder.PathOf("mine.txt"), "whole");
        CheckpointFolder.Open(folder.Path).Dispose();
        Assert.Equal([folder.PathOf("mine.txt")], Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void A_path_that_cannot_be_a_folder_is_refused()
    {
        File.WriteAllText(folder.PathOf("file"), "");
        CnnCheckpointException refusal = Assert.Throws<CnnCheckpointException>(() => CheckpointFolder.Open(folder.PathOf("file/below")));
        Assert.Contains("cannot be written to", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("What would work", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_that_fails_leaves_the_file_that_was_there()
    {
        using CheckpointFolder open = CheckpointFolder.Open(folder.Path);
        open.WriteLast(stream => stream.WriteByte(1));
        Assert.Throws<CnnCheckpointException>(() =>
            open.WriteLast(stream =>
            {
                stream.WriteByte(2);
                throw new IOException("No space left on device");
            })
        );
        Assert.Equal([1], File.ReadAllBytes(open.LastFile));
    }
}
