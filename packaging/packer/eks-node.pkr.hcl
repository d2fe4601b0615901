# An image for EKS worker nodes, hardened while its disk is mounted: nothing of
# the machine that builds is touched. packer init . && packer build eks-node.pkr.hcl
packer {
  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = ">= 1.3.0"
    }
  }
}

variable "source_ami" {
  type        = string
  description = "an EKS-optimized Amazon Linux 2023 image of the Kubernetes version that is wanted"
}

variable "harden" {
  type        = string
  default     = "./harden"
  description = "the harden binary on the machine that builds, which runs in EC2 as root"
}

source "amazon-chroot" "node" {
  ami_name   = "eks-node-hardened-{{timestamp}}"
  source_ami = var.source_ami
  mount_path = "/mnt/eks-node"
}

build {
  sources = ["source.amazon-chroot.node"]

  # The node can check itself, and harden again once nodeadm has written the
  # kubelet's configuration.
  provisioner "file" {
    source      = var.harden
    destination = "/usr/local/bin/harden"
  }

  provisioner "shell-local" {
    inline = [
      "chmod 0755 /mnt/eks-node/usr/local/bin/harden",
      "${var.harden} apply --root /mnt/eks-node --profile eks-1.8 --role worker --yes",
      # Exit code 2: something would still change, and the build fails.
      "${var.harden} plan --root /mnt/eks-node --profile eks-1.8 --role worker --detailed-exitcode",
      "rm -rf /mnt/eks-node/var/lib/harden",
    ]
  }
}
